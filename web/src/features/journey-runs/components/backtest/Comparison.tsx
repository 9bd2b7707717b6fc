/** The draft beside the version that is live, activity by activity, over the same past. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import { type Compared, compared, type Played } from "../../model/backtest";
import { type Activities, nameOf } from "../../model/funnel";

export function Comparison({ draft, live, activities }: { draft: Played; live: Played; activities: Activities }) {
  const { t } = useTranslation("journey-runs");
  const pair = (key: "arrived" | "mailed" | "errors", label: string): Column<Compared> => ({ key, label, number: true, cell: (row) => <Pair values={row[key]} /> });
  const columns: Column<Compared>[] = [
    { key: "activity", label: t("funnel.activity"), cell: (row) => (row.activity === "entry" ? t("funnel.entry") : nameOf(row.activity, activities)) },
    pair("arrived", t("funnel.arrived")),
    pair("mailed", t("backtest.messages")),
    pair("errors", t("report.failed")),
  ];
  return (
    <Panel title={t("compare.title")}>
      <Text size="xs" c="dimmed" mb="xs">{t("compare.hint")}</Text>
      <Table label={t("rows", { of: t("compare.title") })} columns={columns} rows={compared(draft, live)} keyOf={(row) => row.activity} />
    </Panel>
  );
}

/** "1,056 → 990 (−66)": what is live, what the draft makes of it. */
function Pair({ values: [draft, live] }: { values: [number, number] }) {
  const more = draft - live;
  if (more === 0) return <Text span size="sm" c="dimmed">{number(draft)}</Text>;
  return (
    <Text span size="sm">
      <Text span size="sm" c="dimmed">{number(live)} → </Text>
      {number(draft)} <b>({more > 0 ? "+" : "−"}{number(Math.abs(more))})</b>
    </Text>
  );
}
