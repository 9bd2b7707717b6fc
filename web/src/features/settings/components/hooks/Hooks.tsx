/** Web hooks: other services that are told of entries and exits, each message signed. */
import { Anchor, Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty, Panel } from "~/components/Page";
import { State } from "~/components/State";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { type Hook, rowsOf } from "../../model/rows";
import { Secret } from "../Secret";
import { HookDetail } from "./HookDetail";
import { HookForm } from "./HookForm";

const SIZE = 25;

export function Hooks() {
  const { t } = useTranslation("settings");
  const may = useMay("settings:write");
  const [view, change] = useView({ hook: "", from: 0 });
  const [making, make] = useState(false);
  const [made, show] = useState<{ name: string; secret: string } | null>(null);
  const hooks = useQuery({ ...reading("/api/webhooks", { query: { limit: SIZE, offset: view.from } }), enabled: view.hook === "", refetchInterval: 10_000 });
  if (view.hook !== "") return <HookDetail hook={String(view.hook)} onBack={() => change({ hook: "" }, true)} />;
  const columns: Column<Hook>[] = [
    { key: "hook", label: t("hooks.name"), cell: (row) => <Anchor component="button" type="button" size="sm" onClick={() => change({ hook: row.hook }, true)}>{row.hook}</Anchor> },
    { key: "url", label: t("hooks.url"), cell: (row) => <Text span size="sm" style={{ overflowWrap: "anywhere" }}>{row.url}</Text> },
    { key: "told", label: t("hooks.told_of"), cell: (row) => <>{t(`hooks.on.${row.on}`)} · {row.segments ? row.segments.join(", ") : t("hooks.all_segments")}</> },
    { key: "state", label: t("accounts.state"), cell: (row) => <State state={row.state} /> },
    { key: "behind", label: t("hooks.behind"), number: true, cell: (row) => number(row.behind) },
  ];
  const add = may && <Button size="xs" onClick={() => make(true)}>{t("hooks.add")}</Button>;
  return (
    <Panel title={t("tab.hooks")} right={add}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("hooks.hint")}</Text>
      {hooks.error && !hooks.data ? <Failed error={hooks.error} what={t("tab.hooks")} again={() => void hooks.refetch()} /> : <Table label={t("rows", { of: t("tab.hooks") })} columns={columns} rows={rowsOf<Hook>(hooks.data)} keyOf={(row) => row.hook} loadingRows={3} empty={<Empty title={t("hooks.empty.title")} text={t("hooks.empty.text")} />} />}
      {(hooks.data?.total ?? 0) > 0 && <Pages offset={view.from} shown={hooks.data?.items.length ?? 0} total={hooks.data?.total ?? null} size={SIZE} onMove={(from) => change({ from }, true)} />}
      {making && <HookForm hook={null} onClose={() => make(false)} onDone={(name, secret) => { make(false); if (secret) show({ name, secret }); }} />}
      {made && <Secret title={t("hooks.made_title", { name: made.name })} label={t("hooks.secret")} text={t("hooks.made_text")} secret={made.secret} onClose={() => { show(null); change({ hook: made.name }, true); }} />}
    </Panel>
  );
}
