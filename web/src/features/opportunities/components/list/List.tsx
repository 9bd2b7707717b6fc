/** Opportunities as a list, narrowed and in any order. */
import { Alert, Anchor, Group, Select, Stack, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { holding, type Opportunity, ordered, type PageOf, useChoices, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { MOST, opportunities } from "../../api/opportunities";
import { PAGE, START } from "../../model/fields";
import { Status } from "../Status";

const FIRST = ["description", "no", "contact_no", "status", "stage", "estimated_value", "current_value", "estimated_close_date", "salesperson_code"];
const STATUSES = ["not_started", "in_progress", "won", "lost"] as const;

export function List() {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [view, change] = useView(START);
  const asked = { ...(view.salesperson && { salesperson_code: view.salesperson }), ...(view.campaign && { campaign_no: view.campaign }), ...(view.status && { status: view.status as Opportunity["status"] }) };
  const query = useQuery({ ...opportunities(asked), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Opportunity> | undefined;
  const found = page && ordered(holding(page.items, String(view.search), ["no", "description", "contact_no", "quote_no"]), view.sort);
  const shown = found?.slice(view.offset, view.offset + PAGE);
  const names = useNames((shown ?? []).map((row) => row.contact_no));
  const { columns, button } = useColumns("opportunities", useOpportunityColumns(names), FIRST);
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <Group gap="xs" component="search" align="flex-end">
          <TextInput size="xs" type="search" label={t("common:search")} placeholder={t("search")} value={String(view.search)} onChange={(event) => change({ search: event.currentTarget.value, offset: 0 })} />
          <Pick label={t("fields:field.status")} data={STATUSES.map((value) => ({ value, label: t(`fields:choice.${value}`) }))} value={view.status} onChange={(status) => change({ status, offset: 0 })} />
          <Pick label={t("fields:field.salesperson_code")} data={useChoices("salesperson")} value={view.salesperson} onChange={(salesperson) => change({ salesperson, offset: 0 })} />
          <Pick label={t("fields:field.campaign_no")} data={useChoices("campaign")} value={view.campaign} onChange={(campaign) => change({ campaign, offset: 0 })} />
        </Group>
        {button}
      </Group>
      {query.error && <Failed error={query.error} what={t("what.list")} again={() => void query.refetch()} />}
      {page?.total != null && page.total > MOST && <Alert color="yellow" p="xs">{t("too_many", { most: number(MOST), total: number(page.total) })}</Alert>}
      <Table
        label={t("common:page.opportunities")}
        columns={columns}
        rows={query.error ? [] : shown}
        keyOf={(row) => row.no}
        sort={view.sort}
        onSort={(sort) => change({ sort, offset: 0 })}
        empty={query.error ? <span /> : <Empty title={t(page?.items.length ? "empty.found" : "empty.title")} text={t(page?.items.length ? "empty.narrowed" : "empty.text")} />}
      />
      <Pages offset={view.offset} shown={shown?.length ?? 0} total={found?.length ?? null} size={PAGE} onMove={(offset) => change({ offset }, true)} />
    </Stack>
  );
}

function useOpportunityColumns(names: ReturnType<typeof useNames>): Column<Opportunity>[] {
  const { t } = useTranslation(["opportunities", "fields"]);
  const plain = (key: keyof Opportunity): Column<Opportunity> => ({ key, label: t(`fields:field.${key}`), sortable: true, cell: (row) => row[key] ?? "" });
  const money = (key: "estimated_value" | "current_value", label: string): Column<Opportunity> => ({ key, label, sortable: true, number: true, cell: (row) => number(row[key], 2) });
  return [
    {
      key: "description",
      label: t("fields:field.description"),
      sortable: true,
      cell: (row) => (
        <Anchor component={Link} to={`/opportunities/${encodeURIComponent(row.no)}`} size="sm" fw={500}>
          {row.description || row.no}
        </Anchor>
      ),
    },
    plain("no"),
    {
      key: "contact_no",
      label: t("fields:field.contact"),
      sortable: true,
      cell: (row) => (
        <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.contact_no)}`} size="sm">
          {names.get(row.contact_no)?.name ?? row.contact_no}
        </Anchor>
      ),
    },
    { key: "status", label: t("fields:field.status"), sortable: true, cell: (row) => <Status status={row.status} /> },
    { ...plain("stage"), number: true },
    money("estimated_value", t("fields:field.estimated_value")),
    money("current_value", t("current_value")),
    { key: "probability_pct", label: t("probability"), sortable: true, number: true, cell: (row) => number(row.probability_pct, 1) },
    { key: "estimated_close_date", label: t("fields:field.estimated_close_date"), sortable: true, cell: (row) => day(row.estimated_close_date) },
    { key: "creation_date", label: t("fields:field.created_on"), sortable: true, cell: (row) => day(row.creation_date) },
    { key: "priority", label: t("fields:field.priority"), sortable: true, cell: (row) => row.priority && t(`fields:choice.${row.priority}`) },
    plain("salesperson_code"),
    plain("campaign_no"),
    plain("sales_cycle_code"),
  ];
}

function Pick({ label, data, value, onChange }: { label: string; data: { value: string; label: string }[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("fields");
  return <Select size="xs" w="11rem" label={label} data={data} value={value || null} onChange={(chosen) => onChange(chosen ?? "")} placeholder={t("any")} searchable clearable clearButtonProps={{ "aria-label": t("clear") }} />;
}
