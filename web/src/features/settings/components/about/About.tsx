/** What runs here, and how it is. */
import { List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { When } from "~/components/When";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useHead } from "~/lib/live";
import { versionOfServer } from "../../api/version";
import type { Status } from "../../model/rows";
import { Facts } from "../Facts";

export function About() {
  const { t } = useTranslation("settings");
  const head = useHead();
  const status = useQuery({ ...reading("/api/status", {}), refetchInterval: 15_000 });
  const version = useQuery(versionOfServer);
  return (
    <Stack gap="md">
      <Panel title={t("about.service")}>
        <Loaded query={status} what={t("tab.about")} height={280}>
          {(told) => {
            const found = told as unknown as Status;
            const events = Object.values(found.events).reduce((sum, count) => sum + count, 0);
            return (
              <Facts
                facts={[
                  [t("about.version"), version.data ?? "…"],
                  [t("about.folder"), found.folder],
                  [t("about.profiles"), number(found.profiles)],
                  [t("about.events"), number(events)],
                  [t("about.segments"), number(found.segments)],
                  [t("about.journeys"), number(found.journeys)],
                  [t("about.channels"), found.channels.join(", ") || "–"],
                  [t("about.rows_waiting"), number(found.rows_waiting)],
                  [t("about.messages_pending"), number(found.messages_pending)],
                  [t("about.dead_letters"), number(found.dead_letters)],
                ]}
              />
            );
          }}
        </Loaded>
      </Panel>
      <Panel title={t("about.now")}>
        <Text size="sm">{t("about.last_tick")} <When at={head?.now ?? (status.data as unknown as Status | undefined)?.last_tick} both /></Text>
        {head?.behind_seconds != null && head.behind_seconds > 1 && <Text size="sm">{t("about.behind", { seconds: number(head.behind_seconds) })}</Text>}
        {head && head.problems.length > 0 ? <List size="sm" mt="xs">{head.problems.map((problem) => <List.Item key={problem}>{problem}</List.Item>)}</List> : <Text size="sm" c="dimmed">{t("about.fine")}</Text>}
      </Panel>
    </Stack>
  );
}
