/** The way of an opportunity so far, the newest move first. */
import { Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rowsOf, type Stage } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import type { Entry } from "../../model/standing";

export function Entries({ found, stages }: { found: UseQueryResult<unknown>; stages: readonly Stage[] }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const word = (stage: number) => stages.find((each) => each.stage === stage)?.description || (stage ? String(stage) : "–");
  const columns: Column<Entry>[] = [
    { key: "date", label: t("fields:field.date"), width: "7.5rem", cell: (row) => day(row.date_of_change) },
    { key: "action", label: t("entry.action"), cell: (row) => t(`action.${row.action}`, row.action) },
    { key: "stage", label: t("fields:field.stage"), cell: (row) => word(row.stage) },
    { key: "days", label: t("entry.days"), number: true, cell: (row) => number(row.days_open) },
    { key: "value", label: t("fields:field.estimated_value"), number: true, cell: (row) => number(row.estimated_value, 2) },
    { key: "chances", label: t("chances"), number: true, cell: (row) => `${number(row.chances_pct, 1)} %` },
    { key: "probability", label: t("probability"), number: true, cell: (row) => `${number(row.probability_pct, 1)} %` },
  ];
  if (found.error) return <Failed error={found.error} what={t("card.entries")} again={() => void found.refetch()} />;
  const rows = found.data === undefined ? undefined : rowsOf<Entry>(found.data).toReversed();
  return <Table label={t("entry.table")} columns={columns} rows={rows} keyOf={(row) => String(row.id)} loadingRows={3} empty={<Text size="sm" c="dimmed">{t("entry.none")}</Text>} />;
}
