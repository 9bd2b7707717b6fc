/** What a workspace with nothing in it needs: a person, an event, a segment; each step is ticked off by what happens. */
import { Anchor, Button, Group, List, Paper, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Snippet } from "~/components/snippet/Snippet";
import { api, changed, reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";

export function FirstSteps({ people, segments }: { people: number; segments: number }) {
  const { t } = useTranslation("pulse");
  return (
    <Paper withBorder p="md" component="section" aria-label={t("steps.title")}>
      <Title order={2}>{t("steps.title")}</Title>
      <Text size="sm" c="dimmed" mb="md" maw="44rem">
        {t("steps.hint")}
      </Text>
      <Stack gap="lg">
        <Step place={1} done={people > 0} title={t("steps.send")}>
          {people > 0 ? <Text size="sm">{t("steps.came", { count: people, people: number(people) })} <Anchor component={Link} to="/people" inherit underline="always">{t("steps.look")}</Anchor></Text> : <Sending />}
        </Step>
        <Step place={2} done={segments > 0} title={t("steps.segment")}>
          <Text size="sm" mb="xs">{t("steps.segment_hint")}</Text>
          <Button component={Link} to="/segments/new" size="xs" variant={people > 0 ? "filled" : "default"}>{t("steps.make_segment")}</Button>
        </Step>
        <Step place={3} done={false} title={t("steps.journey")}>
          <Text size="sm">{t("steps.journey_hint")} <Anchor component={Link} to="/journeys" inherit underline="always">{t("journey.first")}</Anchor></Text>
        </Step>
      </Stack>
    </Paper>
  );
}

function Step({ place, done, title, children }: { place: number; done: boolean; title: string; children: ReactNode }) {
  const { t } = useTranslation("pulse");
  return (
    <Group align="flex-start" wrap="nowrap" gap="sm">
      <ThemeIcon radius="xl" size="md" variant={done ? "filled" : "light"} color={done ? "teal.8" : undefined} aria-hidden>
        {done ? "✓" : place}
      </ThemeIcon>
      <div style={{ flex: 1, minWidth: 0 }}>
        <Title order={3} mb={4}>
          {title}
          {done && <Text span size="xs" c="dimmed" fw={400}> {t("steps.done")}</Text>}
        </Title>
        {children}
      </div>
    </Group>
  );
}

/** A write key is needed before anything can be sent; making one is one click. */
function Sending() {
  const { t } = useTranslation("pulse");
  const may = useMay("data:write");
  const queries = useQueryClient();
  const query = useQuery(reading("/api/sources"));
  const make = useMutation({
    mutationFn: () => api.post("/api/sources/{source}", { path: { source: "web" }, body: { kind: "http", name: t("steps.source_name"), new_secret: false, secret: "", write_key: "" } }),
    onSuccess: () => changed(queries, "/api/sources"),
  });
  return (
    <Loaded query={query} what={t("steps.send")} height={210}>
      {({ items }) => {
        const source = items.find(({ enabled, write_key }) => enabled && write_key);
        return (
          <Stack gap="xs">
            <Text size="sm">{t(source ? "steps.send_hint" : "steps.source_hint")}</Text>
            {source?.write_key && <Snippet address={window.location.origin} writeKey={source.write_key} />}
            {!source && may && <Button size="xs" w="fit-content" loading={make.isPending} onClick={() => make.mutate()}>{t("steps.make_source")}</Button>}
            {make.error && <Failed error={make.error} what={t("steps.make_source")} />}
            {source && <Text size="sm" c="dimmed" role="status">◌ {t("steps.waiting")}</Text>}
            <List size="sm">
              <List.Item>
                {t("steps.or")} <Anchor component={Link} to="/data" search={{ tab: "imports" } as never} inherit underline="always">{t("steps.upload")}</Anchor>
              </List.Item>
            </List>
          </Stack>
        );
      }}
    </Loaded>
  );
}
