/** What was sent to whom, and what became of it. */
import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { JourneyLink, PersonLink } from "~/components/Links";
import { Empty, Page } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { START, Turning } from "~/components/table/Turning";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { useLiveJourneys } from "~/lib/live";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { counts, deliveriesOf, SIZE } from "../api/deliveries";
import { distinct } from "../model/counts";
import { Counts } from "./Counts";
import { Detail } from "./Detail";

type Row = Schemas["RecordsDeliveriesRow"];
const FIRST = { journey: "", channel: "", result: "", profile: "", since: "", until: "", ...START };

export function Deliveries() {
  const { t } = useTranslation("deliveries");
  const [view, change] = useView(FIRST);
  const asked = { ...view, profile: String(view.profile), after: String(view.after) };
  const query = useQuery(deliveriesOf(asked));
  const numbers = useQuery({ ...counts, placeholderData: keepPreviousData });
  useRefresh(() => void Promise.all([numbers.refetch(), view.page === 1 && query.refetch()]), 2_000);
  const [shown, show] = useState<Row | undefined>();
  const ask = (changes: Partial<typeof FIRST>) => change({ ...changes, ...START });
  const filtered = Object.entries(FIRST).some(([name, value]) => !(name in START) && view[name as keyof typeof FIRST] !== value);
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Stack gap="sm">
        <Counts rows={numbers.data?.items} view={asked} onPick={(result) => ask({ result })} />
        <Filters view={asked} rows={numbers.data?.items ?? []} onAsk={ask} filtered={filtered} />
        {query.error ? (
          <Failed error={query.error} what={t("title")} again={() => void query.refetch()} />
        ) : (
          <Table label={t("title")} columns={useRows(show)} rows={query.data?.items} keyOf={(row) => row.key} loadingRows={20}
            empty={<Empty title={t(filtered ? "none.title" : "empty.title")} text={t(filtered ? "none.text" : "empty.text")} />} />
        )}
        {query.data && query.data.items.length > 0 && <Turning place={{ after: asked.after, page: view.page }} next={query.data.next} shown={query.data.items.length} size={SIZE} onMove={(place) => change(place, true)} />}
      </Stack>
      <Detail row={shown} onClose={() => show(undefined)} />
    </Page>
  );
}

function useRows(show: (row: Row) => void): Column<Row>[] {
  const { t } = useTranslation("deliveries");
  const names = useLiveJourneys();
  return [
    { key: "decided", label: t("decided"), cell: (row) => <When at={row.decided} />, width: "9rem" },
    { key: "person", label: t("person"), cell: (row) => (row.profile_id === null || row.profile_id === undefined ? t("erased") : <PersonLink id={row.profile_id} />) },
    { key: "channel", label: t("channel"), cell: (row) => row.channel },
    { key: "journey", label: t("journey"), cell: (row) => <JourneyLink id={row.journey}>{names.get(row.journey)?.name ?? row.journey}</JourneyLink> },
    { key: "activity", label: t("activity"), cell: (row) => row.activity },
    { key: "result", label: t("result"), cell: (row) => <State state={row.result} /> },
    { key: "look", label: t("content"), cell: (row) => <Button size="compact-xs" variant="default" onClick={() => show(row)} aria-label={t("look_at", { person: row.profile_id ?? t("erased"), activity: row.activity })}>{t("look")}</Button>, width: "6rem" },
  ];
}

interface FiltersProps {
  view: { journey: string; channel: string; result: string; profile: string; since: string; until: string };
  rows: readonly Schemas["JourneysDeliveriesRow"][];
  onAsk: (changes: Partial<typeof FIRST>) => void;
  filtered: boolean;
}

function Filters({ view, rows, onAsk, filtered }: FiltersProps) {
  const { t } = useTranslation("deliveries");
  const names = useLiveJourneys();
  const journeys = [...new Set([...names.keys(), ...distinct(rows, "journey")])].map((value) => ({ value, label: names.get(value)?.name ?? value }));
  const results = [...new Set(["sent", "pending", "skipped", "failed", ...distinct(rows, "result")])].map((value) => ({ value, label: t(`common:state.${value}`, value) }));
  const clear = { "aria-label": t("all") };
  return (
    <Group gap="xs" align="flex-end">
      <Select size="xs" w={190} label={t("journey")} placeholder={t("all")} data={journeys} value={view.journey || null} onChange={(journey) => onAsk({ journey: journey ?? "" })} searchable clearable clearButtonProps={clear} />
      <Select size="xs" w={120} label={t("channel")} placeholder={t("all")} data={distinct(rows, "channel")} value={view.channel || null} onChange={(channel) => onAsk({ channel: channel ?? "" })} clearable clearButtonProps={clear} />
      <Select size="xs" w={130} label={t("result")} placeholder={t("all")} data={results} value={view.result || null} onChange={(result) => onAsk({ result: result ?? "" })} clearable clearButtonProps={clear} />
      <TextInput size="xs" w={140} type="date" label={t("since")} value={view.since} onChange={(event) => onAsk({ since: event.currentTarget.value })} />
      <TextInput size="xs" w={140} type="date" label={t("until")} value={view.until} onChange={(event) => onAsk({ until: event.currentTarget.value })} />
      <Named key={view.profile} value={view.profile} onName={(profile) => onAsk({ profile })} />
      <Button size="xs" variant="subtle" disabled={!filtered} onClick={() => onAsk({ journey: "", channel: "", result: "", profile: "", since: "", until: "" })}>
        {t("clear")}
      </Button>
    </Group>
  );
}

/** A person's id; asked for when it is typed whole, as half of an id is nobody's. */
function Named({ value, onName }: { value: string; onName: (profile: string) => void }) {
  const { t } = useTranslation("deliveries");
  const [text, type] = useState(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onName(text.trim());
      }}
    >
      <TextInput size="xs" w={150} label={t("person")} placeholder={t("person_hint")} value={text} onChange={(event) => type(event.currentTarget.value)} onBlur={() => text.trim() !== value && onName(text.trim())} />
    </form>
  );
}
