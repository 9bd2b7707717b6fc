/** Where events come from: keys for clients, and connectors that read by themselves. */
import { Badge, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import { api, changed, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useRefresh } from "~/lib/refresh";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { connections, sources } from "../api/data";
import { NewSource } from "./NewSource";
import { SourceCard } from "./SourceCard";

type Source = Schemas["SourcesListRow"];
type Connection = Schemas["SourcesConnectionsRow"];
export const NEW = "+";

export function Sources() {
  const { t } = useTranslation("data");
  const [{ source }, change] = useView({ source: "" });
  const may = useMay("data:write");
  const query = useQuery(sources);
  useRefresh(() => void query.refetch(), 2_000);
  const columns: Column<Source>[] = [
    { key: "source", label: t("source.title_one"), cell: (row) => <Button variant="transparent" size="compact-sm" px={0} fw={400} onClick={() => change({ source: row.source }, true)}>{row.name || row.source}</Button> },
    { key: "kind", label: t("source.kind"), cell: (row) => t(`source.kinds.${row.kind}`, row.kind) },
    { key: "enabled", label: t("source.on"), cell: (row) => <OnOff source={row} /> },
    { key: "requests", label: t("source.requests"), number: true, cell: (row) => number(row.requests) },
    { key: "seen_at", label: t("source.seen"), cell: (row) => <When at={row.seen_at} /> },
  ];
  const make = may && <Button size="xs" onClick={() => change({ source: NEW }, true)}>{t("source.new")}</Button>;
  return (
    <Stack gap="md">
      <Panel title={t("side.sources")} right={make}>
        <Loaded query={query} what={t("side.sources")} height={160}>
          {({ items }) => <Table label={t("common:table.label", { name: t("side.sources") })} columns={columns} rows={items} keyOf={(row) => row.source} empty={<Empty title={t("source.none")} text={t("source.none_hint")} />} />}
        </Loaded>
      </Panel>
      <Connections />
      <NewSource opened={source === NEW} onClose={() => change({ source: "" })} onMade={(made) => change({ source: made })} />
      <SourceCard source={source === NEW ? "" : source} onClose={() => change({ source: "" })} />
    </Stack>
  );
}

/** What it does is said by a word, too; the switch answers when the server did. */
function OnOff({ source }: { source: Source }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const may = useMay("data:write");
  const turn = useMutation({
    mutationFn: (enabled: boolean) => api.patch("/api/sources/{source}", { path: { source: source.source }, body: { enabled } }),
    onSuccess: () => changed(queries, "/api/sources", "/api/source-connections"),
  });
  return (
    <Group gap="xs" wrap="nowrap">
      <Switch size="xs" checked={turn.isPending ? turn.variables : source.enabled} disabled={!may || turn.isPending} aria-label={t("source.turn", { source: source.name || source.source })} onChange={(event) => turn.mutate(event.currentTarget.checked)} />
      <Text span size="xs">{t(source.enabled ? "source.is_on" : "source.is_off")}</Text>
      {turn.error && <Failed error={turn.error} what={t("source.on")} />}
    </Group>
  );
}

const COLOURS: Record<string, string> = { connected: "teal", failed: "red", waiting: "orange", connecting: "blue" };
const SIGNS: Record<string, string> = { connected: "●", failed: "✕", waiting: "…", connecting: "◌" };

function Connections() {
  const { t } = useTranslation("data");
  const query = useQuery(connections);
  if (!query.data || query.data.items.length === 0) return null;
  const columns: Column<Connection>[] = [
    { key: "source", label: t("source.title_one"), cell: (row) => row.source },
    { key: "state", label: t("connection.state"), cell: (row) => <Badge variant="light" size="sm" radius="sm" tt="none" color={COLOURS[row.state] ?? "gray"} leftSection={<span aria-hidden>{SIGNS[row.state] ?? "•"}</span>}>{t(`connection.${row.state}`, row.state)}</Badge> },
    { key: "messages", label: t("connection.messages"), number: true, cell: (row) => number(row.messages) },
    { key: "behind", label: t("connection.behind"), number: true, cell: (row) => number(row.behind) },
    { key: "last_at", label: t("source.seen"), cell: (row) => <When at={row.last_at} /> },
    { key: "error", label: t("connection.error"), cell: (row) => row.error || "–" },
  ];
  return (
    <Panel title={t("connection.title")}>
      <Table label={t("common:table.label", { name: t("connection.title") })} columns={columns} rows={query.data.items} keyOf={(row) => row.source} />
    </Panel>
  );
}
