/** Addresses and domains that nothing is sent to. */
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { Empty, Panel } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { api, changed, reading, type Schemas } from "~/lib/api/client";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { SuppressForm } from "./SuppressForm";

type Row = Schemas["SuppressedRow"];
const SIZE = 50;

export function Suppression() {
  const { t } = useTranslation("settings");
  const may = useMay("deliveries:write");
  const queries = useQueryClient();
  const [view, change] = useView({ from: 0 });
  const list = useQuery(reading("/api/suppression", { query: { limit: SIZE, offset: view.from } }));
  const [adding, add] = useState(false);
  const [removing, take] = useState<Row | null>(null);
  const remove = useMutation({
    mutationFn: (row: Row) => api.post("/api/suppression/remove", { body: row.kind === "domain" ? { domains: [row.value], addresses: [] } : { addresses: [row.value], domains: [] } }),
    onSuccess: async () => {
      await changed(queries, "/api/suppression");
      take(null);
    },
  });
  const columns: Column<Row>[] = [
    { key: "value", label: t("suppression.value"), cell: (row) => row.value },
    { key: "kind", label: t("suppression.kind"), cell: (row) => t(`suppression.kinds.${row.kind}`, row.kind) },
    { key: "reason", label: t("suppression.reason"), cell: (row) => row.reason },
    ...(may ? [{ key: "acts", label: t("acts"), cell: (row: Row) => <Group><Button size="compact-xs" variant="default" aria-label={t("suppression.remove_of", { value: row.value })} onClick={() => take(row)}>{t("suppression.remove")}</Button></Group> }] : []),
  ];
  return (
    <Panel title={t("tab.suppression")} right={may && <Button size="xs" onClick={() => add(true)}>{t("suppression.add")}</Button>}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("suppression.hint")}</Text>
      {list.error && !list.data ? <Failed error={list.error} what={t("tab.suppression")} again={() => void list.refetch()} /> : <Table label={t("rows", { of: t("tab.suppression") })} columns={columns} rows={list.data?.items} keyOf={(row) => `${row.kind} ${row.value}`} loadingRows={4} empty={<Empty title={t("suppression.empty.title")} text={t("suppression.empty.text")} />} />}
      {(list.data?.total ?? 0) > 0 && <Pages offset={view.from} shown={list.data?.items.length ?? 0} total={list.data?.total ?? null} size={SIZE} onMove={(from) => change({ from }, true)} />}
      {adding && <SuppressForm onClose={() => add(false)} />}
      <Confirm opened={removing !== null} title={t("suppression.remove_title", { value: removing?.value })} act={t("suppression.remove")} busy={remove.isPending} error={remove.error} onAct={() => removing && remove.mutate(removing)} onClose={() => take(null)}>
        {t("suppression.remove_means", { value: removing?.value })}
      </Confirm>
    </Panel>
  );
}
