/** Journeys and segments that use a segment, each with the way to it. */
import { List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { JourneyLink, SegmentLink } from "~/components/Links";
import { userOf } from "../../model/users";

export function Users({ users }: { users: readonly string[] }) {
  const { t } = useTranslation("segments");
  return (
    <List size="sm" spacing={4}>
      {users.map((text) => {
        const { kind, id } = userOf(text);
        return (
          <List.Item key={text}>
            {kind === "journey" ? (
              <>
                {t("used.journey")} <JourneyLink id={id} />
              </>
            ) : kind === "segment" ? (
              <>
                {t("used.segment")} <SegmentLink id={id} />
              </>
            ) : (
              id
            )}
          </List.Item>
        );
      })}
    </List>
  );
}
