/** Who did what with the journey, the newest first. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { reading, type Schemas } from "~/lib/api/client";
import { moment } from "~/lib/i18n/format";
import { useView } from "~/lib/view";

type Row = Schemas["JourneysHistoryRow"];
const SIZE = 15;

export function History({ journey }: { journey: string }) {
  const { t } = useTranslation("journey-runs");
  const [view, change] = useView({ past: 0 });
  const history = useQuery(reading("/api/journeys/{journey}/history", { path: { journey }, query: { limit: 1000 } }));
  const rows = history.data && [...history.data.items].reverse();
  const columns: Column<Row>[] = [
    { key: "at", label: t("steps.time"), cell: (row) => <Text span size="sm" style={{ whiteSpace: "nowrap" }}>{moment(row.at)}</Text> },
    { key: "by", label: t("history.by"), cell: (row) => row.by || "–" },
    { key: "action", label: t("history.action"), cell: (row) => t(`action.${row.action}`, row.action) },
    { key: "version", label: t("versions.version"), number: true, cell: (row) => row.version },
    { key: "note", label: t("history.note"), cell: (row) => row.note },
  ];
  return (
    <Panel title={t("history.title")}>
      <Table label={t("rows", { of: t("history.title") })} columns={columns} rows={rows?.slice(view.past, view.past + SIZE)} keyOf={(row) => `${row.at} ${row.action} ${row.version}`} loadingRows={4} />
      <Pages offset={view.past} shown={rows?.slice(view.past, view.past + SIZE).length ?? 0} total={rows?.length ?? null} size={SIZE} onMove={(past) => change({ past }, true)} />
    </Panel>
  );
}
