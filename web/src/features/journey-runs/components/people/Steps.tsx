/** Every step of anybody, the newest first; a click on a person tells the whole story in words. */
import { Anchor, Button, Group, Select, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { PersonLink } from "~/components/Links";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { reading, type Schemas } from "~/lib/api/client";
import { moment } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { type Activities, nameOf } from "../../model/funnel";
import { outcomeIn } from "../../model/words";
import { Trace } from "./Trace";

type Step = Schemas["RecordsStepsRow"];
const SIZE = 20;

export function Steps({ journey, activities }: { journey: string; activities: Activities }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const [view, change] = useView({ at: "", outcome: "", who: "", from: "", story: "", rv: 0 });
  const query = {
    journey, activity: view.at || null, outcome: view.outcome || null, profile: view.who ? String(view.who) : null,
    version: view.rv || null, cursor: view.from || null, limit: SIZE,
  };
  const steps = useQuery({ ...reading("/api/steps", { query }), placeholderData: keepPreviousData });
  const columns: Column<Step>[] = [
    { key: "time", label: t("steps.time"), cell: (row) => <Text span size="sm" style={{ whiteSpace: "nowrap" }}>{moment(row.time)}</Text> },
    { key: "who", label: t("steps.who"), cell: (row) => row.profile_id && <Anchor component="button" type="button" size="sm" onClick={() => change({ story: row.profile_id! }, true)}>{row.profile_id}</Anchor> },
    { key: "activity", label: t("funnel.activity"), cell: (row) => (row.activity === "entry" ? t("funnel.entry") : nameOf(row.activity, activities)) },
    { key: "outcome", label: t("steps.outcome"), cell: (row) => <Text span size="sm" display="inline-block" miw="12rem">{outcomeIn(row, t)}</Text> },
    { key: "detail", label: t("steps.detail"), cell: (row) => <Text span size="xs" c="dimmed">{row.detail}</Text> },
    { key: "version", label: t("versions.version"), number: true, cell: (row) => row.version },
  ];
  return (
    <Panel title={t("steps.title")}>
      <Filters activities={activities} view={view} onChange={(next) => change({ ...next, from: "" })} />
      {steps.error && !steps.data ? (
        <Failed error={steps.error} what={t("steps.title")} again={() => void steps.refetch()} />
      ) : (
        <Table label={t("rows", { of: t("steps.title") })} columns={columns} rows={steps.data?.items} keyOf={(row) => `${row.run} ${row.activity} ${row.kind} ${row.outcome} ${row.time}`} loadingRows={8} empty={<Text size="sm" c="dimmed" my="sm">{t("steps.none")}</Text>} />
      )}
      <Group justify="flex-end" gap="xs" mt="sm" component="nav" aria-label={t("steps.pages")} mih={30}>
        {view.from && <Button size="xs" variant="default" onClick={() => change({ from: "" }, true)}>{t("steps.newest")}</Button>}
        {steps.data?.next && <Button size="xs" variant="default" onClick={() => change({ from: steps.data.next! }, true)}>{t("steps.older")}</Button>}
      </Group>
      <Trace journey={journey} profile={String(view.story)} onClose={() => change({ story: "" })}>
        <PersonLink id={String(view.story)}>{t("trace.card")}</PersonLink>
      </Trace>
    </Panel>
  );
}

const OUTCOMES = ["entered", "waiting", "finished", "exited", "error", "passed", "held", "overtaken"] as const;

function Filters({ activities, view, onChange }: { activities: Activities; view: { at: string; outcome: string; who: string }; onChange: (next: { at?: string; outcome?: string; who?: string }) => void }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const [who, type] = useState(String(view.who));
  const find = (event: FormEvent) => {
    event.preventDefault();
    onChange({ who: who.trim() });
  };
  const places = [{ value: "entry", label: t("funnel.entry") }, ...Object.keys(activities).map((value) => ({ value, label: nameOf(value, activities) }))];
  return (
    <Group gap="sm" align="flex-end" mb="sm" component="form" onSubmit={find as never} role="search">
      <Select size="xs" label={t("funnel.activity")} placeholder={t("steps.any")} data={places} value={view.at || null} onChange={(next) => onChange({ at: next ?? "" })} clearable searchable clearButtonProps={{ "aria-label": t("steps.clear") }} />
      <Select size="xs" label={t("steps.outcome")} placeholder={t("steps.any")} data={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))} value={view.outcome || null} onChange={(next) => onChange({ outcome: next ?? "" })} clearable clearButtonProps={{ "aria-label": t("steps.clear") }} />
      <TextInput size="xs" label={t("steps.who")} placeholder={t("steps.id")} value={who} onChange={(event) => type(event.currentTarget.value)} />
      <Button size="xs" type="submit" variant="default">{t("common:search")}</Button>
    </Group>
  );
}
