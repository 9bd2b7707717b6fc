/** Where people are signed in; a session can be ended at once. */
import { Button, Checkbox, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { api, changed, reading } from "~/lib/api/client";
import { moment } from "~/lib/i18n/format";
import { session, useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { rowsOf, type Session } from "../../model/rows";

const SIZE = 15;

export function Sessions() {
  const { t } = useTranslation("settings");
  const may = useMay("access:write");
  const queries = useQueryClient();
  const { data: me } = useQuery(session);
  const [view, change] = useView<{ all: boolean; from: number }>({ all: false, from: 0 });
  const sessions = useQuery({ ...reading("/api/sessions", { query: { account: view.all ? "" : me?.name, limit: SIZE, offset: view.from } }), enabled: me !== undefined });
  const [ending, end] = useState<Session | null>(null);
  const revoke = useMutation({
    mutationFn: (one: Session) => api.delete("/api/sessions/{session}", { path: { session: one.id } }),
    onSuccess: async () => {
      await changed(queries, "/api/sessions");
      end(null);
    },
  });
  const columns: Column<Session>[] = [
    ...(view.all ? [{ key: "email", label: t("accounts.email"), cell: (row: Session) => row.email }] : []),
    { key: "agent", label: t("sessions.agent"), cell: (row) => <Text span size="sm" lineClamp={1} maw="18rem" title={row.agent}>{row.agent}</Text> },
    { key: "address", label: t("sessions.address"), cell: (row) => row.address },
    { key: "used", label: t("sessions.used"), cell: (row) => <Moment at={row.used_at} /> },
    { key: "since", label: t("sessions.since"), cell: (row) => <Moment at={row.created_at} /> },
    { key: "until", label: t("sessions.until"), cell: (row) => <Moment at={row.expires_at} /> },
    ...(may ? [{ key: "acts", label: t("acts"), cell: (row: Session) => <Button size="compact-xs" variant="default" onClick={() => end(row)}>{t("sessions.end")}</Button> }] : []),
  ];
  return (
    <Panel title={t("sessions.title")} right={<Checkbox size="xs" label={t("sessions.all")} checked={view.all} onChange={(event) => change({ all: event.currentTarget.checked, from: 0 })} />}>
      {sessions.error && !sessions.data ? <Failed error={sessions.error} what={t("sessions.title")} again={() => void sessions.refetch()} /> : <Table label={t("rows", { of: t("sessions.title") })} columns={columns} rows={rowsOf<Session>(sessions.data)} keyOf={(row) => row.id} loadingRows={4} />}
      <Pages offset={view.from} shown={sessions.data?.items.length ?? 0} total={sessions.data?.total ?? null} size={SIZE} onMove={(from) => change({ from }, true)} />
      <Confirm opened={ending !== null} title={t("sessions.end_title")} act={t("sessions.end")} busy={revoke.isPending} error={revoke.error} onAct={() => ending && revoke.mutate(ending)} onClose={() => end(null)}>
        {t("sessions.end_means", { email: ending?.email, address: ending?.address })}
      </Confirm>
    </Panel>
  );
}

function Moment({ at }: { at: string }) {
  return <Text span size="sm" style={{ whiteSpace: "nowrap" }}>{moment(at)}</Text>;
}
