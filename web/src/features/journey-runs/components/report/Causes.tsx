/** Why somebody was not let in, which steps failed, and what became of messages and calls. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { moment, number } from "~/lib/i18n/format";
import { type Activities, nameOf } from "../../model/funnel";
import { reasonIn } from "../../model/words";
import type { CallRow, DiscardRow, ErrorRow } from "../../model/rows";

const of = <Row extends { version: number }>(rows: readonly Row[], version?: number) => rows.filter((row) => version === undefined || row.version === version);

const without = <Row,>(columns: readonly Column<Row>[], one: boolean) => (one ? columns.filter(({ key }) => key !== "version") : columns);

/** `one`: all rows are of one version, which need not be named. */
export function Discards({ rows, version, one = false }: { rows: readonly DiscardRow[]; version?: number; one?: boolean }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const columns: Column<DiscardRow>[] = [
    { key: "reason", label: t("discards.reason"), cell: (row) => <Text span size="sm" display="inline-block" miw="12rem">{reasonIn(row.reason, t)}</Text> },
    { key: "version", label: t("versions.version"), number: true, cell: (row) => row.version },
    { key: "inputs", label: t("discards.inputs"), number: true, cell: (row) => number(row.inputs) },
    { key: "people", label: t("discards.people"), number: true, cell: (row) => number(row.people) },
    { key: "last", label: t("discards.last"), number: true, cell: (row) => moment(row.last) },
  ];
  const shown = of(rows, version);
  return (
    <Panel title={t("discards.title")}>
      <Table label={t("rows", { of: t("discards.title") })} columns={without(columns, one)} rows={shown} keyOf={(row) => `${row.version} ${row.reason}`} empty={<Text size="sm" c="dimmed">{t("discards.none")}</Text>} />
    </Panel>
  );
}

export function Errors({ rows, version, activities, one = false }: { rows: readonly ErrorRow[]; version?: number; activities: Activities; one?: boolean }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const columns: Column<ErrorRow>[] = [
    { key: "activity", label: t("funnel.activity"), cell: (row) => nameOf(row.activity, activities) },
    { key: "code", label: t("errors.code"), cell: (row) => reasonIn(row.code, t) },
    { key: "version", label: t("versions.version"), number: true, cell: (row) => row.version },
    { key: "steps", label: t("errors.steps"), number: true, cell: (row) => number(row.steps) },
    { key: "people", label: t("discards.people"), number: true, cell: (row) => number(row.people) },
    { key: "last", label: t("discards.last"), number: true, cell: (row) => moment(row.last) },
  ];
  return (
    <Panel title={t("errors.title")}>
      <Table label={t("rows", { of: t("errors.title") })} columns={without(columns, one)} rows={of(rows, version)} keyOf={(row) => `${row.version} ${row.activity} ${row.code}`} empty={<Text size="sm" c="dimmed">{t("errors.none")}</Text>} />
    </Panel>
  );
}

export function Calls({ rows }: { rows: readonly CallRow[] }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const columns: Column<CallRow>[] = [
    { key: "channel", label: t("calls.channel"), cell: (row) => <Text span size="sm" style={{ whiteSpace: "nowrap" }}>{t(`channel.${row.channel}`, row.channel)}</Text> },
    { key: "endpoint", label: t("calls.endpoint"), cell: (row) => row.endpoint || "–" },
    { key: "result", label: t("calls.result"), cell: (row) => <State state={row.result} /> },
    { key: "deliveries", label: t("calls.deliveries"), number: true, cell: (row) => number(row.deliveries) },
    { key: "attempts", label: t("calls.attempts"), number: true, cell: (row) => number(row.attempts) },
    { key: "longest", label: t("calls.longest"), number: true, cell: (row) => (row.longest === null ? "–" : t("calls.seconds", { seconds: number(row.longest / 1e6, 1) })) },
  ];
  return (
    <Panel title={t("calls.title")}>
      <Table label={t("rows", { of: t("calls.title") })} columns={columns} rows={rows} keyOf={(row) => `${row.channel} ${row.endpoint} ${row.result}`} empty={<Text size="sm" c="dimmed">{t("calls.none")}</Text>} />
    </Panel>
  );
}
