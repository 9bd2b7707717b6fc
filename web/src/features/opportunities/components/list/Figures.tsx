/** How many there are, what they are worth, how many are won: by salesperson, campaign, cycle … */
import { Group, Select, Stack, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type PageOf } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number, percent } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { statistics } from "../../api/opportunities";
import { START } from "../../model/fields";

interface Row {
  by: string;
  opportunities: number;
  open: number;
  won: number;
  lost: number;
  won_pct: number | null;
  estimated_value: number;
  current_value: number;
  won_value: number;
  average_days: number | null;
}
const BY = ["salesperson_code", "status", "campaign_no", "sales_cycle_code", "contact_company"] as const;
const COUNTS = ["opportunities", "open", "won", "lost"] as const;
const VALUES = ["estimated_value", "current_value", "won_value"] as const;

export function Figures() {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [view, change] = useView(START);
  const query = useQuery({ ...statistics(view.by, view.since, view.until), placeholderData: keepPreviousData });
  const rows = (query.data as unknown as PageOf<Row> | undefined)?.items;
  const word = (by: string) => (view.by === "status" ? t(`fields:choice.${by}`) : by || t("figures.none"));
  const columns: Column<Row>[] = [
    { key: "by", label: t(`figures.by.${view.by}`), cell: (row) => word(row.by) },
    ...COUNTS.map((key): Column<Row> => ({ key, label: t(`figures.${key}`), number: true, cell: (row) => number(row[key]) })),
    { key: "won_pct", label: t("figures.won_pct"), number: true, cell: (row) => (row.won_pct === null ? "–" : percent(row.won_pct / 100)) },
    ...VALUES.map((key): Column<Row> => ({ key, label: t(`figures.${key}`), number: true, cell: (row) => number(row[key], 2) })),
    { key: "average_days", label: t("figures.average_days"), number: true, cell: (row) => number(row.average_days, 1) },
  ];
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <Select size="xs" label={t("figures.by_word")} data={BY.map((value) => ({ value, label: t(`figures.by.${value}`) }))} value={view.by} onChange={(by) => by && change({ by })} allowDeselect={false} />
        <TextInput size="xs" type="date" label={t("since")} value={view.since} onChange={(event) => change({ since: event.currentTarget.value })} />
        <TextInput size="xs" type="date" label={t("until")} value={view.until} onChange={(event) => change({ until: event.currentTarget.value })} />
      </Group>
      {query.error && <Failed error={query.error} what={t("tab.figures")} again={() => void query.refetch()} />}
      <Table label={t("tab.figures")} columns={columns} rows={query.error ? [] : rows} keyOf={(row) => row.by} loadingRows={4} empty={query.error ? <span /> : <Empty title={t("empty.title")} text={t("empty.text")} />} />
    </Stack>
  );
}
