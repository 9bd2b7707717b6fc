/** What is to be done, the most urgent first: done, and on to the next. */
import { Anchor, Badge, Button, Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { holding, ordered, type PageOf, type Task, useAct, useChoices, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty, Page } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day } from "~/lib/i18n/format";
import { useHead } from "~/lib/live";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { completeTask, SHOWS, tasks } from "../../api/opportunities";
import { PAGE } from "../../model/fields";
import { Done } from "./Done";
import { NewTask } from "./NewTask";
import { TaskMenu } from "./TaskMenu";

const START = { search: "", salesperson: "", all: false as boolean, sort: "date", offset: 0, new: "", opportunity: "" };

const FIRST = ["date", "description", "type", "contact_no", "opportunity_no", "priority", "salesperson_code", "act"];

export function TasksPage() {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [view, change] = useView(START);
  const may = useMay("contacts:write");
  const query = useQuery({ ...tasks({ open_only: !view.all, ...(view.salesperson && { salesperson_code: view.salesperson }) }), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Task> | undefined;
  const found = page && ordered(holding(page.items, String(view.search), ["no", "description", "contact_no", "opportunity_no"]), view.sort);
  const shown = found?.slice(view.offset, view.offset + PAGE);
  const [last, setLast] = useState<Task | null>(null);
  const names = useNames([...(shown ?? []), ...(last ? [last] : [])].map((row) => row.contact_no));
  const today = (useHead()?.now ?? new Date().toISOString()).slice(0, 10);
  const done = useAct((row: Task) => completeTask(row.no, false).then(() => setLast(row)), SHOWS);
  const salespeople = useChoices("salesperson");
  const plain = (key: keyof Task): Column<Task> => ({ key, label: t(`fields:field.${key}`), sortable: true, cell: (row) => String(row[key] ?? "") });
  const all: Column<Task>[] = [
    { key: "date", label: t("fields:field.date"), sortable: true, width: "9rem", cell: (row) => <Due row={row} today={today} /> },
    { key: "description", label: t("fields:field.description"), sortable: true, cell: (row) => row.description },
    { key: "type", label: t("fields:field.task_type"), sortable: true, width: "8rem", cell: (row) => row.type && t(`fields:choice.${row.type}`) },
    {
      key: "contact_no",
      label: t("fields:field.contact"),
      sortable: true,
      cell: (row) => row.contact_no && <To to={`/contacts/${encodeURIComponent(row.contact_no)}`} word={names.get(row.contact_no)?.name ?? row.contact_no} />,
    },
    { key: "opportunity_no", label: t("fields:field.opportunity_no"), sortable: true, cell: (row) => row.opportunity_no && <To to={`/opportunities/${encodeURIComponent(row.opportunity_no)}`} word={row.opportunity_no} /> },
    { key: "status", label: t("fields:field.status"), sortable: true, cell: (row) => t(row.canceled ? "task.canceled" : `fields:choice.${row.status}`) },
    { key: "priority", label: t("fields:field.priority"), sortable: true, cell: (row) => row.priority && t(`fields:choice.${row.priority}`) },
    plain("salesperson_code"),
    plain("team_code"),
    {
      key: "act",
      label: t("act"),
      width: "9rem",
      cell: (row) =>
        may &&
        !row.closed && (
          <Group gap={4} wrap="nowrap">
            <Button size="compact-xs" variant="light" loading={done.isPending && done.variables?.no === row.no} onClick={() => done.mutate(row)} aria-label={t("task.done_of", { what: row.description })}>
              {t("task.done")}
            </Button>
            <TaskMenu row={row} />
          </Group>
        ),
    },
  ];
  const { columns, button } = useColumns("tasks", all, FIRST);
  const add = may && (
    <Button size="xs" onClick={() => change({ new: "-" })}>
      {t("task.new")}
    </Button>
  );
  const problem = query.error ?? done.error;
  return (
    <Page title={t("common:page.tasks")} hint={t("task.hint")} actions={add}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end">
        <Group gap="sm" component="search" align="flex-end">
          <TextInput size="xs" type="search" label={t("common:search")} placeholder={t("task.search")} value={String(view.search)} onChange={(event) => change({ search: event.currentTarget.value, offset: 0 })} />
          <Select size="xs" label={t("fields:field.salesperson_code")} data={salespeople} value={view.salesperson || null} onChange={(salesperson) => change({ salesperson: salesperson ?? "", offset: 0 })} placeholder={t("fields:any")} searchable clearable clearButtonProps={{ "aria-label": t("fields:clear") }} />
          <Checkbox size="xs" mb={6} label={t("task.all")} checked={view.all} onChange={(event) => change({ all: event.currentTarget.checked, offset: 0 })} />
        </Group>
        {button}
        </Group>
        {last && <Done row={last} next={ordered(page?.items.filter((row) => !row.closed && row.no !== last.no) ?? [], "date")[0]} contact={names.get(last.contact_no)?.name} onEnd={() => setLast(null)} />}
        {problem != null && <Failed error={problem} what={t("what.tasks")} again={() => void query.refetch()} />}
        <Table
          label={t("common:page.tasks")}
          columns={columns}
          rows={query.error ? [] : shown}
          keyOf={(row) => row.no}
          sort={view.sort}
          onSort={(sort) => change({ sort, offset: 0 })}
          empty={query.error ? <span /> : <Empty title={t("task.none")} text={t("task.teach")} action={add} />}
        />
        <Pages offset={view.offset} shown={shown?.length ?? 0} total={found?.length ?? null} size={PAGE} onMove={(offset) => change({ offset }, true)} />
      </Stack>
      {may && view.new !== "" && <NewTask initial={{ contact_no: view.new === "-" ? "" : String(view.new), opportunity_no: String(view.opportunity) }} onClose={() => change({ new: "", opportunity: "" })} />}
    </Page>
  );
}

function To({ to, word }: { to: string; word: string }) {
  return (
    <Anchor component={Link} to={to} size="sm">
      {word}
    </Anchor>
  );
}

/** Days that are past are said in a word, not only in a colour. */
function Due({ row, today }: { row: Task; today: string }) {
  const { t } = useTranslation("opportunities");
  const late = !row.closed && row.date !== null && row.date < today;
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm">{day(row.date)}</Text>
      {late && (
        <Badge size="xs" variant="light" color="orange" tt="none">
          {t("task.late")}
        </Badge>
      )}
    </Group>
  );
}
