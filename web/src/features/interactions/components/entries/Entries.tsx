/** The log, the newest first, narrowed by who, what, when; or what was put off. */
import { Alert, Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Interaction, type PageOf, useAct, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { entries, SHOWS, toggle } from "../../api/interactions";
import { PAGE, queryOf, START } from "../../model/fields";
import { CleanUp } from "../logged/CleanUp";
import { Entry } from "./Entry";
import { Narrow } from "./Narrow";
import { PutOff } from "./PutOff";

const FIRST = ["description", "date", "contact", "template", "salesperson", "campaign", "evaluation", "cost", "act"];

export function Entries({ postponed, may }: { postponed: boolean; may: boolean }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const [view, change] = useView(START);
  const query = useQuery({ ...entries(queryOf(view, postponed)), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Interaction> | undefined;
  const names = useNames((page?.items ?? []).map((row) => row.contact_no));
  const [last, setLast] = useState<Interaction | null>(null);
  const cancel = useAct((row: Interaction) => toggle([row.id]).then(() => setLast(row)), SHOWS);
  const opened = page?.items.find((row) => row.id === view.entry);
  const plain = (key: keyof Interaction, column: string): Column<Interaction> => ({ key: column, label: t(`fields:field.${key}`), cell: (row) => String(row[key] ?? "") });
  const all: Column<Interaction>[] = [
    { key: "description", label: t("fields:field.description"), cell: (row) => <What row={row} onOpen={() => change({ entry: row.id })} /> },
    { key: "date", label: t("fields:field.date"), width: "7.5rem", cell: (row) => day(row.date) },
    {
      key: "contact",
      label: t("fields:field.contact"),
      cell: (row) => (
        <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.contact_no)}`} size="sm">
          {names.get(row.contact_no)?.name ?? row.contact_no}
        </Anchor>
      ),
    },
    plain("template_code", "template"),
    plain("group_code", "group"),
    plain("salesperson_code", "salesperson"),
    plain("campaign_no", "campaign"),
    { key: "evaluation", label: t("fields:field.evaluation"), cell: (row) => row.evaluation && t(`fields:choice.${row.evaluation}`) },
    { key: "cost", label: t("fields:field.cost"), number: true, cell: (row) => number(row.cost, 2) },
    { key: "duration", label: t("fields:field.duration"), number: true, cell: (row) => number(row.duration) },
    { key: "delivery", label: t("fields:field.delivery_status"), cell: (row) => row.delivery_status && t(`fields:choice.${row.delivery_status}`) },
    plain("by", "by"),
    {
      key: "act",
      label: t("act"),
      width: "10rem",
      cell: (row) =>
        may &&
        (postponed ? (
          <PutOff row={row} />
        ) : (
          <Button size="compact-xs" variant="default" loading={cancel.isPending && cancel.variables?.id === row.id} onClick={() => cancel.mutate(row)} aria-label={t(row.canceled ? "restore_of" : "cancel_of", { what: row.description || row.id })}>
            {t(row.canceled ? "restore" : "cancel")}
          </Button>
        )),
    },
  ];
  const { columns, button } = useColumns("interactions", all, FIRST);
  const problem = query.error ?? cancel.error;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Narrow view={view} onChange={(changes) => change({ ...changes, offset: 0, entry: 0 })} postponed={postponed} />
        <Group gap="xs">
          {button}
          {may && !postponed && view.canceled === "yes" && <CleanUp what="entries" />}
        </Group>
      </Group>
      {last && <Undo row={last} busy={cancel.isPending} onUndo={() => cancel.mutate({ ...last, canceled: !last.canceled }, { onSuccess: () => setLast(null) })} />}
      {problem != null && <Failed error={problem} what={t("what.entries")} again={() => void query.refetch()} />}
      <Table
        label={t(`tab.${postponed ? "postponed" : "entries"}`)}
        columns={columns}
        rows={query.error ? [] : page?.items}
        keyOf={(row) => String(row.id)}
        empty={query.error ? <span /> : <Empty title={t(postponed ? "empty.postponed" : "empty.title")} text={t(postponed ? "empty.postponed_text" : "empty.text")} />}
      />
      <Pages offset={view.offset} shown={page?.items.length ?? 0} total={page?.total ?? null} size={PAGE} onMove={(offset) => change({ offset }, true)} />
      {opened && <Entry row={opened} may={may} contact={names.get(opened.contact_no)} onClose={() => change({ entry: 0 })} />}
    </Stack>
  );
}

function What({ row, onOpen }: { row: Interaction; onOpen: () => void }) {
  const { t } = useTranslation("interactions");
  return (
    <Group gap="xs">
      <Anchor component="button" type="button" size="sm" ta="left" td={row.canceled ? "line-through" : undefined} onClick={onOpen}>
        {row.description || row.template_code || row.id}
      </Anchor>
      {row.canceled && (
        <Badge size="xs" variant="light" color="gray" tt="none">
          {t("canceled")}
        </Badge>
      )}
      {row.attempt_failed && (
        <Badge size="xs" variant="light" color="orange" tt="none">
          {t("fields:field.attempt_failed")}
        </Badge>
      )}
    </Group>
  );
}

function Undo({ row, busy, onUndo }: { row: Interaction; busy: boolean; onUndo: () => void }) {
  const { t } = useTranslation(["interactions", "fields"]);
  return (
    <Alert color="gray" p="xs" role="status">
      <Group justify="space-between">
        <Text size="sm">{t(row.canceled ? "was_restored" : "was_canceled", { what: row.description || row.id })}</Text>
        <Button size="compact-xs" variant="default" loading={busy} onClick={onUndo}>
          {t("fields:undo")}
        </Button>
      </Group>
    </Alert>
  );
}
