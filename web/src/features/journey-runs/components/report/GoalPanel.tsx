/** Whether the journey does what it is for: those who went through it beside those held out. */
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number, percent } from "~/lib/i18n/format";
import type { Goal } from "../../model/rows";
import { Share } from "../Share";

interface Group {
  name: string;
  people: number;
  converted: number;
  rate: number | null;
}

export function GoalPanel({ goal }: { goal: Goal }) {
  const { t } = useTranslation("journey-runs");
  const groups: Group[] = [
    { name: t("goal.treated"), people: goal.treated, converted: goal.treated_converted, rate: goal.treated_rate },
    ...(goal.held_out ? [{ name: t("goal.held_out"), people: goal.held_out, converted: goal.held_out_converted, rate: goal.held_out_rate }] : []),
  ];
  const columns: Column<Group>[] = [
    { key: "name", label: t("goal.group"), cell: (row) => row.name },
    { key: "people", label: t("goal.people"), number: true, cell: (row) => number(row.people) },
    { key: "converted", label: t("goal.converted"), number: true, cell: (row) => number(row.converted) },
    { key: "rate", label: t("goal.rate"), number: true, cell: (row) => (row.rate === null ? "–" : <Share share={row.rate} />) },
  ];
  return (
    <Panel title={t("goal.title")}>
      <Stack gap="sm">
        <Table label={t("rows", { of: t("goal.title") })} columns={columns} rows={groups} keyOf={(row) => row.name} />
        <Text size="sm">{verdict(goal, t)}</Text>
        {goal.open > 0 && <Text size="xs" c="dimmed">{t("goal.open", { count: goal.open, open: number(goal.open) })}</Text>}
      </Stack>
    </Panel>
  );
}

/** In a sentence: more, fewer, or not to be told apart; and how sure that is. */
function verdict(goal: Goal, t: (key: string, values?: Record<string, unknown>) => string): string {
  const range = goal.difference_interval;
  if (goal.difference === null || range === null) return t(goal.held_out ? "goal.nobody" : "goal.no_control");
  const values = {
    difference: percent(Math.abs(goal.difference)), low: percent(range.low), high: percent(range.high),
    confidence: percent(goal.confidence, 0), extra: number(Math.abs(goal.extra ?? 0)),
  };
  if (range.low <= 0 && range.high >= 0) return t("goal.unclear", values);
  return t(goal.difference > 0 ? "goal.more" : "goal.fewer", values);
}
