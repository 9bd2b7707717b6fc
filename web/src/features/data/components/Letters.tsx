/** Records that did not fit: by reason, one by one, mended, sent again, or put by. */
import { Badge, Button, Group, Select, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { Turning, START } from "~/components/table/Turning";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { useRefresh } from "~/lib/refresh";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { LETTERS, letterCounts, letters } from "../api/data";
import { Bulk } from "./Bulk";
import { LetterCard } from "./LetterCard";

type Row = Schemas["LettersListRow"];
const FIRST = { source: "", code: "", event: "", status: "unsettled", ...START };
const STATUSES = ["unsettled", "open", "mended", "replayed", "dismissed", "all"];

export function Letters() {
  const { t } = useTranslation("data");
  const [view, change] = useView({ ...FIRST, letter: 0 });
  const may = useMay("data:write");
  const asked = { source: String(view.source), code: view.code, event: view.event, status: view.status, after: String(view.after) };
  const counts = useQuery(letterCounts);
  const query = useQuery({ ...letters(asked), placeholderData: keepPreviousData });
  useRefresh(() => void Promise.all([counts.refetch(), view.page === 1 && query.refetch()]), 2_000);
  const ask = (changes: Partial<typeof FIRST>) => change({ ...changes, ...START });
  const offered = (column: "source" | "code" | "event") => [...new Set((counts.data?.items ?? []).map((each) => each[column]).filter((each): each is string => Boolean(each)))].sort();
  const items = query.data?.items;
  const choice = (column: "source" | "code" | "event", label: string) => (
    <Select size="xs" w={180} label={label} placeholder={t("letter.all")} data={offered(column)} value={asked[column] || null} onChange={(next) => ask({ [column]: next ?? "" })} searchable clearable clearButtonProps={{ "aria-label": t("letter.all") }} />
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" maw="48rem">{t("letter.hint")}</Text>
      <Group gap="xs" align="flex-end">
        {choice("code", t("letter.code"))}
        {choice("event", t("plan.event"))}
        {choice("source", t("source.title_one"))}
        <Select size="xs" w={130} label={t("letter.status")} value={asked.status} onChange={(next) => ask({ status: next ?? "unsettled" })} allowDeselect={false} data={STATUSES.map((value) => ({ value, label: t(`letter.statuses.${value}`) }))} />
        {may && asked.status === "unsettled" && items && items.length > 0 && <Bulk filter={asked} />}
      </Group>
      {query.error ? (
        <Failed error={query.error} what={t("side.letters")} again={() => void query.refetch()} />
      ) : (
        <Table label={t("common:table.label", { name: t("side.letters") })} columns={useLetters((letter) => change({ letter }, true))} rows={items} keyOf={(row) => String(row.letter)} loadingRows={8} empty={<Empty title={t("letter.none")} text={t("letter.none_hint")} />} />
      )}
      {items && items.length > 0 && <Turning place={{ after: asked.after, page: view.page }} next={items.length === LETTERS ? String(items.at(-1)!.letter) : null} shown={items.length} size={LETTERS} onMove={(place) => change(place, true)} />}
      <LetterCard number={Number(view.letter)} onClose={() => change({ letter: 0 })} />
    </Stack>
  );
}

const COLOURS: Record<string, string> = { open: "orange", mended: "blue", replayed: "teal", dismissed: "gray" };

function useLetters(open: (letter: number) => void): Column<Row>[] {
  const { t } = useTranslation("data");
  return [
    { key: "letter", label: t("letter.number"), cell: (row) => <Button variant="transparent" size="compact-sm" px={0} fw={400} onClick={() => open(row.letter)} aria-label={t("letter.look_at", { letter: row.letter })}>{row.letter}</Button> },
    { key: "received", label: t("letter.received"), cell: (row) => <When at={row.received} /> },
    { key: "event", label: t("plan.event"), cell: (row) => row.event ?? "–" },
    { key: "reason", label: t("letter.reason"), cell: (row) => <><Text size="sm">{row.reason}</Text><Text size="xs" c="dimmed">{t(`letter.codes.${row.code}`, row.code)}</Text></> },
    { key: "source", label: t("source.title_one"), cell: (row) => [row.source, row.row && t("letter.row", { row: row.row })].filter(Boolean).join(", ") || "–" },
    { key: "status", label: t("letter.status"), cell: (row) => <Badge variant="light" size="sm" radius="sm" tt="none" color={COLOURS[row.status] ?? "gray"}>{t(`letter.statuses.${row.status}`, row.status)}</Badge> },
  ];
}
