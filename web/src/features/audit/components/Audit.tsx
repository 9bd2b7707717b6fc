/** Who did what, when, from where: the newest first. */
import { Badge, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty, Page } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { START, Turning } from "~/components/table/Turning";
import { moment } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { entriesOf, SIZE } from "../api/audit";
import { type Entry, nextOf, spoken, verdictOf } from "../model/entries";

const NONE = { caller: "", operation: "", target: "", outcome: "", since: "", until: "" };
const FIRST = { ...NONE, ...START };
const COLOURS = { done: "teal", refused: "orange", failed: "red" } as const;
const SIGNS = { done: "✓", refused: "⊘", failed: "✕" } as const;

export function Audit() {
  const { t } = useTranslation("audit");
  const [view, change] = useView(FIRST);
  const asked = { ...view, caller: String(view.caller), operation: String(view.operation), target: String(view.target), outcome: String(view.outcome), after: String(view.after) };
  const query = useQuery(entriesOf(asked));
  const ask = (changes: Partial<typeof NONE>) => change({ ...changes, ...START });
  const filtered = Object.keys(NONE).some((name) => asked[name as keyof typeof NONE] !== "");
  return (
    <Page title={t("title")} hint={t("hint")} actions={<Button size="xs" variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>{t("again")}</Button>}>
      <Stack gap="sm">
        <Filters view={asked} filtered={filtered} onAsk={ask} />
        {query.error ? (
          <Failed error={query.error} what={t("title")} again={() => void query.refetch()} />
        ) : (
          <Table label={t("title")} columns={useEntries(ask)} rows={query.data} keyOf={(entry) => String(entry.number)} loadingRows={20} empty={<Empty title={t(filtered ? "none.title" : "empty.title")} text={t(filtered ? "none.text" : "empty.text")} />} />
        )}
        {query.data && query.data.length > 0 && <Turning place={{ after: asked.after, page: view.page }} next={nextOf(query.data, SIZE)} shown={query.data.length} size={SIZE} onMove={(place) => change(place, true)} />}
      </Stack>
    </Page>
  );
}

function useEntries(ask: (changes: Partial<typeof NONE>) => void): Column<Entry>[] {
  const { t } = useTranslation("audit");
  const all = (label: string, changes: Partial<typeof NONE>, text: string) => (
    <Button variant="transparent" size="compact-xs" px={0} fw={400} fz="sm" onClick={() => ask(changes)} aria-label={label}>
      {text}
    </Button>
  );
  return [
    { key: "at", label: t("at"), cell: (entry) => <time dateTime={entry.at} style={{ whiteSpace: "nowrap" }}>{moment(entry.at)}</time> },
    { key: "name", label: t("who"), cell: (entry) => (
      <>
        {entry.name ? all(t("only_who", { name: entry.name }), { caller: entry.caller || entry.name }, entry.name) : <Text span inherit c="dimmed">{t("stranger")}</Text>}
        {entry.kind && <Text span size="xs" c="dimmed"> {t(`kind.${entry.kind}`, entry.kind)}</Text>}
      </>
    ) },
    { key: "operation", label: t("what"), cell: (entry) => all(t("only_what", { operation: entry.operation }), { operation: entry.operation }, spoken(entry.operation)) },
    { key: "target", label: t("target"), cell: (entry) => <Text span display="block" miw="11rem" size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>{entry.target}</Text> },
    { key: "outcome", label: t("outcome"), cell: (entry) => {
      const verdict = verdictOf(entry.outcome);
      return <Badge variant="light" color={COLOURS[verdict]} radius="sm" size="sm" tt="none" leftSection={<span aria-hidden>{SIGNS[verdict]}</span>}>{t(`verdict.${verdict}`)} {entry.outcome}</Badge>;
    } },
    { key: "address", label: t("from"), cell: (entry) => <Text span size="xs" c="dimmed">{entry.address || "–"}</Text> },
  ];
}

interface FiltersProps {
  view: typeof NONE;
  filtered: boolean;
  onAsk: (changes: Partial<typeof NONE>) => void;
}

const OUTCOMES = ["200", "201", "204", "400", "401", "403", "404", "409", "412", "422", "429", "500", "503"];

function Filters({ view, filtered, onAsk }: FiltersProps) {
  const { t } = useTranslation("audit");
  return (
    <Group gap="xs" align="flex-end">
      <Typed label={t("who")} hint={t("who_hint")} value={view.caller} onType={(caller) => onAsk({ caller })} />
      <Typed label={t("what")} hint="profiles_erase" value={view.operation} onType={(operation) => onAsk({ operation })} />
      <Typed label={t("target")} hint="/api/segments" value={view.target} onType={(target) => onAsk({ target })} />
      <Select size="xs" w={120} label={t("outcome")} placeholder={t("all")} value={view.outcome || null} onChange={(outcome) => onAsk({ outcome: outcome ?? "" })} clearable clearButtonProps={{ "aria-label": t("all") }}
        data={OUTCOMES.map((value) => ({ value, label: `${value} ${t(`verdict.${verdictOf(Number(value))}`)}` }))} />
      <TextInput size="xs" w={140} type="date" label={t("since")} value={view.since} onChange={(event) => onAsk({ since: event.currentTarget.value })} />
      <TextInput size="xs" w={140} type="date" label={t("until")} value={view.until} onChange={(event) => onAsk({ until: event.currentTarget.value })} />
      <Button size="xs" variant="subtle" disabled={!filtered} onClick={() => onAsk(NONE)}>
        {t("clear")}
      </Button>
    </Group>
  );
}

/** A filter that holds when the word is whole: with Enter, or when one goes on. */
function Typed({ label, hint, value, onType }: { label: string; hint: string; value: string; onType: (text: string) => void }) {
  const [draft, type] = useState<string | undefined>();
  const tell = () => {
    if (draft !== undefined && draft.trim() !== value) onType(draft.trim());
    type(undefined);
  };
  return <TextInput size="xs" w={150} label={label} placeholder={hint} value={draft ?? value} onChange={(event) => type(event.currentTarget.value)} onBlur={tell} onKeyDown={(event) => event.key === "Enter" && tell()} />;
}
