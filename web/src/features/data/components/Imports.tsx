/** Files that were uploaded: how far they are, what became of them, and a new one. */
import { Badge, Button, Drawer, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { api, changed, type Schemas } from "~/lib/api/client";
import { moment, number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { imports, rejected } from "../api/data";
import { isUnderWay } from "../model/mapping";
import { Upload } from "./Upload";

type Row = Schemas["ImportsListRow"];
const LOOKS: Record<string, { colour: string; sign: string }> = { done: { colour: "teal", sign: "✓" }, failed: { colour: "red", sign: "✕" }, cancelled: { colour: "gray", sign: "■" }, interrupted: { colour: "orange", sign: "!" }, uploaded: { colour: "gray", sign: "○" } };

export function Imports() {
  const { t } = useTranslation("data");
  const [{ rows, upload }, change] = useView({ rows: "", upload: "" });
  const may = useMay("data:write");
  const query = useQuery({ ...imports, refetchInterval: ({ state }) => (state.data?.items.some((each) => isUnderWay(each.state)) ? 700 : 10_000) });
  const columns: Column<Row>[] = [
    { key: "file", label: t("import.file"), cell: (row) => <Text span inherit style={{ overflowWrap: "anywhere" }}>{row.file}</Text> },
    { key: "what", label: t("import.what"), cell: (row) => t(`import.whats.${row.what}`, row.what) },
    { key: "state", label: t("import.state"), cell: (row) => <Standing row={row} /> },
    { key: "accepted", label: t("import.accepted"), number: true, cell: (row) => number(row.accepted) },
    { key: "rejected", label: t("import.rejected"), number: true, cell: (row) => (row.rejected ? <Button size="compact-xs" variant="default" onClick={() => change({ rows: row.import }, true)} aria-label={t("import.see_rejected", { count: row.rejected, file: row.file })}>{number(row.rejected)}</Button> : "0") },
    { key: "created_at", label: t("import.when"), cell: (row) => <time dateTime={row.created_at}>{moment(row.created_at)}</time> },
    { key: "acts", label: t("import.acts"), cell: (row) => may && <Acts row={row} onOpen={() => change({ upload: row.import }, true)} /> },
  ];
  return (
    <Stack gap="md">
      {may && <Upload id={upload} onId={(id) => change({ upload: id })} />}
      <Panel title={t("side.imports")}>
        <Loaded query={query} what={t("side.imports")} height={160}>
          {({ items }) => <Table label={t("common:table.label", { name: t("side.imports") })} columns={columns} rows={items} keyOf={(row) => row.import} empty={<Empty title={t("import.none")} text={t("import.none_hint")} />} />}
        </Loaded>
      </Panel>
      <Rejected id={rows} onClose={() => change({ rows: "" })} />
    </Stack>
  );
}

function Standing({ row }: { row: Row }) {
  const { t } = useTranslation("data");
  if (isUnderWay(row.state))
    return (
      <Stack gap={2} miw={110}>
        <Text size="xs">{t(`import.states.${row.state}`)}</Text>
        <Progress value={Math.max(5, row.done * 100)} size="sm" animated aria-label={t("import.progress", { file: row.file })} />
      </Stack>
    );
  const look = LOOKS[row.state] ?? { colour: "gray", sign: "•" };
  return (
    <>
      <Badge variant="light" size="sm" radius="sm" tt="none" color={look.colour} leftSection={<span aria-hidden>{look.sign}</span>}>{t(`import.states.${row.state}`, row.state)}</Badge>
      {row.error && <Text size="xs" c="dimmed">{row.error}</Text>}
    </>
  );
}

function Acts({ row, onOpen }: { row: Row; onOpen: () => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const path = { id: row.import };
  const run = useMutation({
    mutationFn: async (act: "cancel" | "forget") => void (act === "cancel" ? await api.post("/api/imports/{id}/cancel", { path }) : await api.delete("/api/imports/{id}", { path })),
    onSettled: () => changed(queries, "/api/imports"),
  });
  const forget = <Button size="compact-xs" variant="subtle" color="red" loading={run.isPending} onClick={() => run.mutate("forget")} aria-label={t("import.forget_file", { file: row.file })}>{t("import.forget")}</Button>;
  return (
    <Group gap={4} wrap="nowrap">
      {isUnderWay(row.state) && <Button size="compact-xs" variant="default" loading={run.isPending} onClick={() => run.mutate("cancel")}>{t("import.cancel")}</Button>}
      {row.state === "uploaded" && <Button size="compact-xs" variant="default" onClick={onOpen}>{t("import.go_on")}</Button>}
      {!isUnderWay(row.state) && forget}
      {run.error && <Failed error={run.error} what={t("import.acts")} />}
    </Group>
  );
}

type Refused = Schemas["ImportsRejectedRow"];

function Rejected({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("data");
  const query = useQuery({ ...rejected(id), enabled: id !== "" });
  const columns: Column<Refused>[] = [
    { key: "row", label: t("import.row"), number: true, cell: (row) => number(row.row) },
    { key: "column", label: t("import.column"), cell: (row) => row.column ?? "–" },
    { key: "reason", label: t("letter.reason"), cell: (row) => <>{row.reason}{row.hint && <Text size="xs" c="dimmed">{row.hint}</Text>}</> },
    { key: "payload", label: t("letter.payload"), cell: (row) => <Text size="xs" ff="monospace" lineClamp={2} style={{ overflowWrap: "anywhere" }}>{row.payload}</Text> },
  ];
  return (
    <Drawer opened={id !== ""} onClose={onClose} position="right" size="xl" title={t("import.rejected_title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Loaded query={query} what={t("import.rejected_title")} height={240}>
        {({ items }) => <Table label={t("import.rejected_title")} columns={columns} rows={items} keyOf={(row) => `${row.row} ${row.column} ${row.code}`} empty={<Text size="sm" c="dimmed">{t("import.no_rejected")}</Text>} />}
      </Loaded>
    </Drawer>
  );
}
