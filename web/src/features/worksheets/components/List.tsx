/** All worksheets: found, ordered, narrowed to an owner or a campaign; the view stands in the address. */
import { Anchor, Button, Group, Select, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty, Page } from "~/components/Page";
import { useColumns } from "~/components/table/Columns";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { useWorksheets } from "../api/worksheets";
import { shown, valuesOf } from "../model/list";
import type { Header } from "../model/types";
import { NewWorksheet } from "./NewWorksheet";

const SIZE = 50;
const DEFAULTS = { search: "", owner: "", campaign: "", sort: "-no", offset: 0, segment: "", for_campaign: "" };

export function List() {
  const { t } = useTranslation("worksheets");
  const may = useMay("contacts:write");
  const [view, change] = useView(DEFAULTS);
  const [making, make] = useState(false);
  const list = useWorksheets();
  const { columns, button } = useColumns("worksheets", useListColumns(), ["no", "description", "salesperson_code", "campaign_no", "no_of_lines", "no_of_criteria_actions", "date"]);
  const rows = list.data && shown(list.data, view);
  const names = (field: "salesperson_code" | "campaign_no") => valuesOf(list.data ?? [], field);
  const open = making || view.segment !== "" || view.for_campaign !== "";
  const fresh = may && <Button onClick={() => make(true)}>{t("new.title")}</Button>;
  return (
    <Page title={t("title")} hint={t("about")} actions={fresh}>
      {list.error && <Failed error={list.error} what={t("title")} again={() => void list.refetch()} />}
      <Group gap="xs" role="search">
        <TextInput size="xs" w="16rem" aria-label={t("common:search")} placeholder={t("search")} value={view.search} onChange={(event) => change({ search: event.currentTarget.value, offset: 0 })} />
        <Narrow label={t("owner")} from="salesperson" values={names("salesperson_code")} value={view.owner} onChange={(owner) => change({ owner, offset: 0 })} />
        <Narrow label={t("campaign")} from="campaign" values={names("campaign_no")} value={view.campaign} onChange={(campaign) => change({ campaign, offset: 0 })} />
        {button}
      </Group>
      <Table
        label={t("title")}
        columns={columns}
        rows={rows?.slice(view.offset, view.offset + SIZE)}
        keyOf={({ no }) => no}
        sort={view.sort}
        onSort={(sort) => change({ sort, offset: 0 })}
        empty={list.data?.length ? <Empty title={t("nothing_found")} text={t("nothing_found_about")} /> : <Empty title={t("none")} text={t("none_about")} action={fresh} />}
      />
      <Pages offset={view.offset} shown={rows?.slice(view.offset, view.offset + SIZE).length ?? 0} total={rows?.length ?? 0} size={SIZE} onMove={(offset) => change({ offset }, true)} />
      {may && open && <NewWorksheet segment={view.segment} campaign={view.for_campaign} onClose={() => { make(false); change({ segment: "", for_campaign: "" }); }} />}
    </Page>
  );
}

function Narrow({ label, from, values, value, onChange }: { label: string; from: string; values: readonly string[]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("worksheets");
  const known = new Map(useChoices(from).map((each) => [each.value, each.label]));
  return <Select size="xs" w="12rem" aria-label={label} placeholder={label} data={values.map((each) => ({ value: each, label: known.get(each) ?? each }))} value={value || null} onChange={(next) => onChange(next ?? "")} clearable clearButtonProps={{ "aria-label": t("anybody", { label }) }} />;
}

function useListColumns(): Column<Header>[] {
  const { t } = useTranslation("worksheets");
  const { t: name } = useTranslation("fields");
  const people = new Map(useChoices("salesperson").map(({ value, label }) => [value, label.replace(/ \([^)]*\)$/, "")]));
  const campaigns = new Map(useChoices("campaign").map(({ value, label }) => [value, label.replace(/ \([^)]*\)$/, "")]));
  const text = (key: string) => name(`field.${key}`);
  return [
    {
      key: "no", label: t("column.no"), sortable: true, width: "7rem",
      cell: ({ no }) => (
        <Anchor component={Link} to="/worksheets/$no" params={{ no } as never} size="sm">
          {no}
        </Anchor>
      ),
    },
    { key: "description", label: text("description"), sortable: true, cell: (row) => row.description || "–" },
    { key: "salesperson_code", label: text("salesperson_code"), sortable: true, cell: (row) => people.get(row.salesperson_code) ?? (row.salesperson_code || "–") },
    { key: "campaign_no", label: text("campaign_no"), sortable: true, cell: (row) => campaigns.get(row.campaign_no) ?? (row.campaign_no || "–") },
    { key: "interaction_template", label: text("template_code"), sortable: true, cell: (row) => row.interaction_template || "–" },
    { key: "no_of_lines", label: t("column.lines"), number: true, sortable: true, cell: (row) => number(row.no_of_lines) },
    { key: "no_of_criteria_actions", label: t("column.steps"), number: true, sortable: true, cell: (row) => number(row.no_of_criteria_actions) },
    { key: "total_cost", label: text("cost"), number: true, sortable: true, cell: (row) => number(row.total_cost, 2) },
    { key: "date", label: text("date"), sortable: true, cell: (row) => day(row.date) },
    { key: "created_by", label: t("column.by"), sortable: true, cell: (row) => row.created_by || "–" },
  ];
}
