/** Keys with which programs use the service: made with just what they need, shown once, revoked at once. */
import { Badge, Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { Empty, Panel } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { api, changed, reading } from "~/lib/api/client";
import { day, moment } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { type Key, rowsOf } from "../../model/rows";
import { AREAS, levelsOf, scopesOf } from "../../model/scopes";
import { Secret } from "../Secret";
import { KeyForm } from "./KeyForm";

const SIZE = 25;
const over = (key: Key): boolean => key.expires_at !== null && Date.parse(key.expires_at) < Date.now();

export function Keys() {
  const { t } = useTranslation("settings");
  const may = useMay("access:write");
  const queries = useQueryClient();
  const [view, change] = useView({ from: 0 });
  const keys = useQuery(reading("/api/keys", { query: { limit: SIZE, offset: view.from } }));
  const [making, make] = useState(false);
  const [made, show] = useState<{ name: string; key: string } | null>(null);
  const [ending, end] = useState<{ act: "revoke" | "forget"; key: Key } | null>(null);
  const act = useMutation({
    mutationFn: async ({ act: what, key }: { act: "revoke" | "forget"; key: Key }): Promise<unknown> =>
      what === "revoke" ? api.post("/api/keys/{key}/revoke", { path: { key: key.id } }) : api.delete("/api/keys/{key}", { path: { key: key.id } }),
    onSuccess: async () => {
      await changed(queries, "/api/keys");
      end(null);
    },
  });
  const columns: Column<Key>[] = [
    { key: "name", label: t("keys.name"), cell: (row) => row.name },
    { key: "prefix", label: t("keys.begins"), cell: (row) => <Text span size="sm" ff="monospace">{row.prefix}…</Text> },
    { key: "scopes", label: t("keys.scopes"), cell: (row) => <Scopes scopes={row.scopes} /> },
    { key: "state", label: t("accounts.state"), cell: (row) => t(row.disabled ? "keys.revoked" : over(row) ? "keys.over" : "keys.good") },
    { key: "expires", label: t("keys.expires"), cell: (row) => (row.expires_at ? day(row.expires_at) : t("keys.never")) },
    { key: "used", label: t("keys.used"), cell: (row) => (row.used_at ? moment(row.used_at) : t("accounts.never")) },
    ...(may ? [{ key: "acts", label: t("acts"), cell: (row: Key) => (
      <Button size="compact-xs" variant="default" onClick={() => end({ act: row.disabled || over(row) ? "forget" : "revoke", key: row })}>{t(row.disabled || over(row) ? "keys.forget" : "keys.revoke")}</Button>
    ) }] : []),
  ];
  const add = may && <Button size="xs" onClick={() => make(true)}>{t("keys.add")}</Button>;
  return (
    <Panel title={t("tab.keys")} right={add}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("keys.hint")}</Text>
      {keys.error && !keys.data ? <Failed error={keys.error} what={t("tab.keys")} again={() => void keys.refetch()} /> : <Table label={t("rows", { of: t("tab.keys") })} columns={columns} rows={rowsOf<Key>(keys.data)} keyOf={(row) => row.id} loadingRows={4} empty={<Empty title={t("keys.empty.title")} text={t("keys.empty.text")} />} />}
      {(keys.data?.total ?? 0) > 0 && <Pages offset={view.from} shown={keys.data?.items.length ?? 0} total={keys.data?.total ?? null} size={SIZE} onMove={(from) => change({ from }, true)} />}
      {making && <KeyForm onClose={() => make(false)} onDone={(name, key) => { make(false); show({ name, key }); }} />}
      {made && <Secret title={t("keys.made_title", { name: made.name })} label={t("keys.key")} text={t("keys.made_text")} secret={made.key} onClose={() => show(null)} />}
      <Confirm opened={ending !== null} danger title={t(`keys.${ending?.act ?? "revoke"}_title`, { name: ending?.key.name })} act={t(`keys.${ending?.act ?? "revoke"}`)} busy={act.isPending} error={act.error} onAct={() => ending && act.mutate(ending)} onClose={() => end(null)}>
        {t(`keys.${ending?.act ?? "revoke"}_means`, { used: ending?.key.used_at ? moment(ending.key.used_at) : t("accounts.never") })}
      </Confirm>
    </Panel>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation("settings");
  const shown = scopesOf(levelsOf(scopes));
  if (shown.length === AREAS.length && shown.every((scope) => scope.endsWith(":write"))) return <Badge size="xs" variant="light" color="orange" tt="none" fw={500}>{t("keys.everything")}</Badge>;
  return (
    <Group gap={4}>
      {shown.map((scope) => {
        const [area, level] = scope.split(":");
        return <Badge key={scope} size="xs" variant="light" color={level === "write" ? undefined : "gray"} tt="none" fw={500}>{t(`area.${area}.name`)} · {t(`level.${level}`)}</Badge>;
      })}
    </Group>
  );
}
