/** What is to be done with a contact. */
import { Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Task, useAct, place } from "~/components/crm/fields";
import { Empty } from "~/components/Page";
import type { Column } from "~/components/table/Table";
import { api } from "~/lib/api/client";
import { day } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { tasksOf } from "../../api/contacts";
import { Hanging } from "./Hanging";

export function TasksOf({ contact }: { contact: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const may = useMay("contacts:write");
  const found = useQuery(tasksOf(contact, false));
  const done = useAct((no: string) => api.post("/api/tasks/{no}/complete", { path: { no }, body: { canceled: false } }), ["/api/tasks", "/api/contacts/{no}/statistics"]);
  const columns: Column<Task>[] = [
    { key: "date", label: t("fields:field.date"), width: "8rem", cell: (row) => day(row.date) },
    { key: "description", label: t("fields:field.description"), cell: (row) => row.description },
    { key: "type", label: t("fields:field.task_type"), cell: (row) => row.type && t(`fields:choice.${row.type}`) },
    { key: "salesperson", label: t("fields:field.salesperson_code"), cell: (row) => row.salesperson_code },
    {
      key: "status",
      label: t("fields:field.status"),
      cell: (row) => (
        <Badge variant="light" color={row.closed ? "teal" : "gray"} tt="none" fw={500}>
          {t(row.canceled ? "interactions.canceled" : `fields:choice.${row.status}`)}
        </Badge>
      ),
    },
    {
      key: "act",
      label: t("act.word"),
      cell: (row) =>
        !row.closed &&
        may && (
          <Button size="compact-xs" variant="default" loading={done.isPending && done.variables === row.no} onClick={() => done.mutate(row.no)} aria-label={t("act.done_of", { what: row.description })}>
            {t("act.done")}
          </Button>
        ),
    },
  ];
  const add = may && (
    <Button size="xs" component={Link} {...place("/tasks", { new: contact })}>
      {t("act.task")}
    </Button>
  );
  return <Hanging label={t("card.tasks")} found={found} columns={columns} keyOf={(row) => row.no} empty={<Empty title={t("tasks.none")} text={t("tasks.teach")} action={add} />} />;
}
