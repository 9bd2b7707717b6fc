/** Every attempt to tell a web hook something, the newest first; a message can be sent again. */
import { Button, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { api, changed, reading } from "~/lib/api/client";
import { moment, number } from "~/lib/i18n/format";
import { type Attempt, rowsOf } from "../../model/rows";

const MOST = 50;

export function Attempts({ hook, may }: { hook: string; may: boolean }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const attempts = useQuery({ ...reading("/api/webhooks/{hook}/attempts", { path: { hook }, query: { limit: MOST } }), refetchInterval: 10_000 });
  const again = useMutation({
    mutationFn: (message: string) => api.post("/api/webhooks/{hook}/redeliver", { path: { hook }, body: { message } }),
    onSettled: () => changed(queries, "/api/webhooks"),
  });
  const columns: Column<Attempt>[] = [
    { key: "at", label: t("attempts.at"), cell: (row) => <Text span size="sm" style={{ whiteSpace: "nowrap" }}>{moment(row.at)}</Text> },
    { key: "kind", label: t("attempts.kind"), cell: (row) => t(`attempts.kinds.${row.kind}`) },
    { key: "message", label: t("attempts.message"), cell: (row) => <Text span size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }}>{row.message}</Text> },
    { key: "items", label: t("attempts.items"), number: true, cell: (row) => number(row.items) },
    { key: "result", label: t("attempts.result"), cell: (row) => <State state={row.result} /> },
    { key: "status", label: t("attempts.status"), number: true, cell: (row) => row.status ?? "–" },
    { key: "answer", label: t("attempts.answer"), cell: (row) => <Text span size="xs" c="dimmed" lineClamp={2} maw="18rem" title={row.answer ?? ""}>{row.answer}</Text> },
    { key: "milliseconds", label: t("attempts.time"), number: true, cell: (row) => (row.milliseconds === null ? "–" : `${number(row.milliseconds)} ms`) },
    ...(may ? [{ key: "acts", label: t("acts"), cell: (row: Attempt) => <Button size="compact-xs" variant="default" loading={again.isPending && again.variables === row.message} onClick={() => again.mutate(row.message)}>{t("attempts.again")}</Button> }] : []),
  ];
  return (
    <Panel title={t("attempts.title")}>
      {again.error != null && <Failed error={again.error} what={t("attempts.again")} />}
      {attempts.error && !attempts.data ? <Failed error={attempts.error} what={t("attempts.title")} again={() => void attempts.refetch()} /> : <Table label={t("rows", { of: t("attempts.title") })} columns={columns} rows={rowsOf<Attempt>(attempts.data)} keyOf={(row) => `${row.message} ${row.attempt} ${row.at} ${row.kind}`} loadingRows={4} empty={<Text size="sm" c="dimmed">{t("attempts.none")}</Text>} />}
    </Panel>
  );
}
