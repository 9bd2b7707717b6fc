/** The list of contacts, read page by page however long it is. */
import { Button, Group, Stack } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Contact, type PageOf } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { Table } from "~/components/table/Table";
import { useView } from "~/lib/view";
import { contactPage } from "../../api/contacts";
import { filtersOf, narrowed, PAGE, START } from "../../model/query";
import { ExportMenu } from "../exchange/ExportMenu";
import { FIRST_COLUMNS, useContactColumns } from "./columns";
import { Built, More } from "./More";
import { Narrow } from "./Narrow";

export function ContactList({ onNew }: { onNew?: () => void }) {
  const { t } = useTranslation("contacts");
  const [view, change] = useView(START);
  const filters = filtersOf(view);
  const query = useQuery({ ...contactPage(filters, view.sort, PAGE, view.offset), placeholderData: keepPreviousData });
  const page = query.data as PageOf<Contact> | undefined;
  const { columns, button } = useColumns("contacts", useContactColumns(), FIRST_COLUMNS);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Narrow view={view} onChange={(changes) => change({ ...changes, offset: 0 })} />
        <Group gap="xs">
          <More filters={String(view.filters)} onChange={(built) => change({ filters: built, offset: 0 })} />
          {button}
          <ExportMenu filters={filters} total={page?.total ?? null} />
        </Group>
      </Group>
      <Built filters={String(view.filters)} onChange={(built) => change({ filters: built, offset: 0 })} />
      {query.error && <Failed error={query.error} what={t("what.list")} again={() => void query.refetch()} />}
      <Table
        label={t("common:page.contacts")}
        columns={columns}
        rows={query.error ? [] : page?.items}
        keyOf={(row) => row.no}
        sort={view.sort}
        onSort={(sort) => change({ sort, offset: 0 })}
        empty={query.error ? <span /> : <Nobody narrowed={narrowed(view) > 0} onNew={onNew} onAll={() => change({ ...START, sort: view.sort })} />}
      />
      <Pages offset={view.offset} shown={page?.items.length ?? 0} total={page?.total ?? null} size={PAGE} onMove={(offset) => change({ offset }, true)} />
    </Stack>
  );
}

function Nobody({ narrowed, onNew, onAll }: { narrowed: boolean; onNew?: () => void; onAll: () => void }) {
  const { t } = useTranslation("contacts");
  const act = narrowed ? { label: t("all"), run: onAll } : onNew ? { label: t("new"), run: onNew } : null;
  return (
    <Empty
      title={t(narrowed ? "empty.found" : "empty.title")}
      text={t(narrowed ? "empty.narrowed" : "empty.text")}
      action={
        act && (
          <Button size="xs" variant={narrowed ? "default" : "filled"} onClick={act.run}>
            {act.label}
          </Button>
        )
      }
    />
  );
}
