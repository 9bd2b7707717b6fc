/** Journeys that a person is in, where she waits, and the last steps in all of them. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { JourneyLink } from "~/components/Links";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { StepSaid } from "~/components/steps/StepSaid";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import { reading, type Schemas } from "~/lib/api/client";
import { useLiveJourneys } from "~/lib/live";

type Run = Schemas["Run"];
type Step = Schemas["RecordsStepsRow"];

export function Runs({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const names = useLiveJourneys();
  const columns: Column<Run>[] = [
    { key: "journey", label: t("run.journey"), cell: (row) => <JourneyLink id={row.journey}>{names.get(row.journey)?.name ?? row.journey}</JourneyLink> },
    { key: "activities", label: t("run.at"), cell: (row) => row.activities.join(", ") || "–" },
    { key: "entered", label: t("run.entered"), cell: (row) => <When at={row.entered} /> },
    { key: "due", label: t("run.due"), cell: (row) => (row.due ? <When at={row.due} both /> : <Text span inherit c="dimmed">{t("run.event")}</Text>), tall: true },
  ];
  return (
    <Stack gap="md">
      <Panel title={t("run.now")}>
        <Table label={t("common:table.label", { name: t("run.now") })} columns={columns} rows={card.journeys} keyOf={(row) => row.run} empty={<Text size="sm" c="dimmed">{t("run.none")}</Text>} />
      </Panel>
      <Steps profile={card.profile_id} />
    </Stack>
  );
}

function Steps({ profile }: { profile: string }) {
  const { t } = useTranslation("people");
  const names = useLiveJourneys();
  const query = useQuery(reading("/api/steps", { query: { profile, limit: 50 } }));
  const columns: Column<Step>[] = [
    { key: "time", label: t("run.time"), cell: (row) => <When at={row.time} /> },
    { key: "journey", label: t("run.journey"), cell: (row) => <JourneyLink id={row.journey}>{names.get(row.journey)?.name ?? row.journey}</JourneyLink> },
    { key: "activity", label: t("run.activity"), cell: (row) => row.activity },
    { key: "outcome", label: t("run.outcome"), cell: (row) => <StepSaid step={row} /> },
  ];
  return (
    <Panel title={t("run.steps")}>
      <Loaded query={query} what={t("run.steps")} height={200}>
        {({ items }) => <Table label={t("common:table.label", { name: t("run.steps") })} columns={columns} rows={items} keyOf={(row) => `${row.run} ${row.activity} ${row.time} ${row.kind} ${row.outcome}`} empty={<Text size="sm" c="dimmed">{t("run.no_steps")}</Text>} />}
      </Loaded>
    </Panel>
  );
}
