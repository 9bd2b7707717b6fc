/** Journeys and other segments that refer to this one. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { useStatistics } from "../../api/segment";
import { Users } from "./Users";

export function UsePanel({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  return (
    <Panel title={t("used.title")}>
      <Loaded query={useStatistics(segment)} what={t("used.title")} height={48}>
        {({ used_by: users }) =>
          users.length > 0 ? (
            <Users users={users} />
          ) : (
            <Text size="sm" c="dimmed">
              {t("used.none")}
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}
