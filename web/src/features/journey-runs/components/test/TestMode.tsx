/** The draft with real test profiles: those with the attribute `test_profile` may enter, and nobody else. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { PersonLink } from "~/components/Links";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { api, asking, changed, reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";

type Act = "on" | "off";

export function TestMode({ journey }: { journey: string }) {
  const { t } = useTranslation("journey-runs");
  const may = useMay("journeys:write");
  const queries = useQueryClient();
  const versions = useQuery(reading("/api/journeys/{journey}/versions", { path: { journey }, query: { limit: 1000 } }));
  const [act, ask] = useState<Act | null>(null);
  const done = useMutation({
    mutationFn: async ({ what, version }: { what: Act; version: number }): Promise<unknown> =>
      what === "on" ? api.post("/api/journeys/{journey}/test-on", { path: { journey }, body: { version } }) : api.post("/api/journeys/{journey}/test-off", { path: { journey }, body: { version } }),
    onSuccess: async () => {
      await changed(queries, "/api/journeys");
      ask(null);
    },
  });
  return (
    <Panel title={t("mode.title")}>
      <Text size="sm" c="dimmed" mb="sm" maw="50rem">{t("mode.hint")}</Text>
      <Loaded query={versions} what={t("mode.title")} height={80}>
        {({ items }) => {
          const newest = items.at(-1);
          if (!newest) return null;
          const testing = newest.status === "draft_test";
          const can = testing || newest.status === "draft";
          return (
            <Stack gap="sm">
              <Group gap="sm">
                <Text size="sm">{t("version", { version: newest.version })}</Text>
                <State state={newest.status} />
                {may && can && <Button size="xs" variant={testing ? "default" : "filled"} onClick={() => ask(testing ? "off" : "on")}>{t(testing ? "mode.off" : "mode.on")}</Button>}
              </Group>
              {!can && <Alert variant="light" color="gray">{t("mode.no_draft")}</Alert>}
              <Testers />
              <Confirm opened={act !== null} title={t(`mode.${act ?? "on"}_title`)} act={t(`mode.${act ?? "on"}`)} busy={done.isPending} error={done.error} onAct={() => act && done.mutate({ what: act, version: newest.version })} onClose={() => ask(null)}>
                {t(`mode.${act ?? "on"}_means`, { version: newest.version })}
              </Confirm>
            </Stack>
          );
        }}
      </Loaded>
    </Panel>
  );
}

const SHOWN = 12;

/** Who may enter: counted, and some of them. */
function Testers() {
  const { t } = useTranslation("journey-runs");
  const known = useQuery({ ...reading("/api/schema"), staleTime: 60_000 });
  const there = known.data?.attributes.some(({ name }) => name === "test_profile") ?? false;
  const found = useQuery({ ...asking("/api/profiles/find", { body: { filters: { test_profile: true }, limit: SHOWN, total: true } }), enabled: there });
  if (known.data && !there) return <Text size="sm" c="dimmed">{t("mode.none")}</Text>;
  if (!found.data) return null;
  const people = found.data.items.map((row) => String((row as Record<string, unknown>).profile_id));
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">{t("mode.profiles", { total: number(found.data.total) })}</Text>
      {people.map((id) => <PersonLink key={id} id={id} size="sm" />)}
    </Group>
  );
}
