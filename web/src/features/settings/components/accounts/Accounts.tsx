/** People who may use the service: let in, changed, given a new password, signed out, removed. */
import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { reading } from "~/lib/api/client";
import { moment } from "~/lib/i18n/format";
import { session, useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { type Account, rowsOf } from "../../model/rows";
import { Secret } from "../Secret";
import { AccountForm } from "./AccountForm";
import { type Act, AccountAct } from "./AccountAct";

const SIZE = 25;
type Open = { kind: "form"; account: Account | null } | { kind: Act; account: Account } | { kind: "password"; email: string; password: string };

export function Accounts() {
  const { t } = useTranslation("settings");
  const may = useMay("access:write");
  const { data: me } = useQuery(session);
  const [view, change] = useView({ from: 0 });
  const accounts = useQuery(reading("/api/accounts", { query: { limit: SIZE, offset: view.from } }));
  const [open, show] = useState<Open | null>(null);
  const close = () => show(null);
  const told = (email: string, password: unknown) => (typeof password === "string" ? show({ kind: "password", email, password }) : close());
  const columns: Column<Account>[] = [
    { key: "email", label: t("accounts.email"), cell: (row) => <>{row.email} {row.email === me?.name && <Badge size="xs" variant="light" tt="none">{t("accounts.you")}</Badge>}</> },
    { key: "name", label: t("accounts.name"), cell: (row) => row.name },
    { key: "role", label: t("accounts.role"), cell: (row) => t(`common:role.${row.role}`) },
    { key: "state", label: t("accounts.state"), cell: (row) => <Text span size="sm">{t(row.disabled ? "accounts.disabled" : row.must_change ? "accounts.must_change" : "accounts.good")}</Text> },
    { key: "signed", label: t("accounts.signed_in"), cell: (row) => (row.signed_in_at ? moment(row.signed_in_at) : t("accounts.never")) },
    ...(may ? [{ key: "acts", label: t("acts"), cell: (row: Account) => <Acts row={row} mine={row.email === me?.name} onOpen={show} /> }] : []),
  ];
  return (
    <Panel title={t("tab.accounts")} right={may && <Button size="xs" onClick={() => show({ kind: "form", account: null })}>{t("accounts.add")}</Button>}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("accounts.hint")}</Text>
      {accounts.error && !accounts.data ? <Failed error={accounts.error} what={t("tab.accounts")} again={() => void accounts.refetch()} /> : <Table label={t("rows", { of: t("tab.accounts") })} columns={columns} rows={rowsOf<Account>(accounts.data)} keyOf={(row) => row.id} loadingRows={4} />}
      <Pages offset={view.from} shown={accounts.data?.items.length ?? 0} total={accounts.data?.total ?? null} size={SIZE} onMove={(from) => change({ from }, true)} />
      {open?.kind === "form" && <AccountForm account={open.account} onClose={close} onDone={told} />}
      {open && (open.kind === "reset" || open.kind === "sign-out" || open.kind === "delete") && <AccountAct act={open.kind} account={open.account} onClose={close} onDone={told} />}
      {open?.kind === "password" && <Secret title={t("accounts.password_title", { email: open.email })} label={t("accounts.one_time")} text={t("accounts.password_text", { email: open.email })} secret={open.password} onClose={close} />}
    </Panel>
  );
}

function Acts({ row, mine, onOpen }: { row: Account; mine: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation("settings");
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="compact-xs" variant="default" onClick={() => onOpen({ kind: "form", account: row })} aria-label={t("accounts.edit_of", { email: row.email })}>{t("edit")}</Button>
      <Menu position="bottom-end">
        <Menu.Target><Button size="compact-xs" variant="default" aria-label={t("more_of", { name: row.email })}>⋯</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onOpen({ kind: "reset", account: row })}>{t("accounts.reset")}</Menu.Item>
          <Menu.Item onClick={() => onOpen({ kind: "sign-out", account: row })}>{t("accounts.sign_out")}</Menu.Item>
          <Menu.Item color="red" disabled={mine} onClick={() => onOpen({ kind: "delete", account: row })}>{t("common:delete")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
