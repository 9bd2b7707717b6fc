/** All campaigns, with their dates and whether their prices hold. */
import { Anchor, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Campaign, FieldForm, filled, holding, ordered, type PageOf, useAct, useChoices, type Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty, Page } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { campaigns, create, SHOWS } from "../../api/campaigns";
import { CARD } from "../../model/fields";
import { Standing } from "../Standing";

const SIZE = 50;
const LOOKED_AT = ["no", "description", "salesperson_code", "status_code"];

export function CampaignsPage() {
  const { t } = useTranslation(["campaigns", "fields"]);
  const may = useMay("contacts:write");
  const [asked, { open, close }] = useDisclosure();
  const button = may && (
    <Button size="xs" onClick={open}>
      {t("new")}
    </Button>
  );
  return (
    <Page title={t("common:page.campaigns")} hint={t("hint")} actions={button}>
      <List empty={<Empty title={t("empty.title")} text={t("empty.text")} action={button} />} />
      {asked && <New onClose={close} />}
    </Page>
  );
}

function List({ empty }: { empty: React.ReactNode }) {
  const { t } = useTranslation(["campaigns", "fields"]);
  const [view, change] = useView({ search: "", sort: "-starting_date", offset: 0 });
  const query = useQuery(campaigns);
  const all = (query.data as unknown as PageOf<Campaign> | undefined)?.items;
  const found = all && ordered(holding(all, String(view.search), LOOKED_AT), view.sort);
  const status = new Map(useChoices("campaign_status").map(({ value, label }) => [value, label]));
  const columns: Column<Campaign>[] = [
    {
      key: "description",
      label: t("fields:field.description"),
      sortable: true,
      cell: (row) => (
        <Anchor component={Link} to={`/campaigns/${encodeURIComponent(row.no)}`} size="sm" fw={500}>
          {row.description || row.no}
        </Anchor>
      ),
    },
    { key: "no", label: t("fields:field.no"), sortable: true, cell: (row) => row.no },
    { key: "starting_date", label: t("fields:field.starting_date"), sortable: true, cell: (row) => day(row.starting_date) },
    { key: "ending_date", label: t("fields:field.ending_date"), sortable: true, cell: (row) => day(row.ending_date) },
    { key: "standing", label: t("standing"), cell: (row) => <Standing row={row} /> },
    { key: "status_code", label: t("fields:field.status_code"), sortable: true, cell: (row) => status.get(row.status_code) ?? row.status_code },
    { key: "salesperson_code", label: t("fields:field.salesperson_code"), sortable: true, cell: (row) => row.salesperson_code },
  ];
  return (
    <Stack gap="sm">
      <Group component="search">
        <TextInput size="xs" w={{ base: "100%", xs: "18rem" }} type="search" aria-label={t("common:search")} placeholder={t("search")} value={String(view.search)} onChange={(event) => change({ search: event.currentTarget.value, offset: 0 })} />
      </Group>
      {query.error && <Failed error={query.error} what={t("what.list")} again={() => void query.refetch()} />}
      <Table
        label={t("common:page.campaigns")}
        columns={columns}
        rows={query.error ? [] : found?.slice(view.offset, view.offset + SIZE)}
        keyOf={(row) => row.no}
        sort={view.sort}
        onSort={(sort) => change({ sort })}
        empty={query.error ? <span /> : all?.length ? <Empty title={t("empty.found")} text={t("empty.narrowed")} /> : empty}
      />
      <Pages offset={view.offset} shown={Math.min(SIZE, Math.max((found?.length ?? 0) - view.offset, 0))} total={found?.length ?? null} size={SIZE} onMove={(offset) => change({ offset }, true)} />
    </Stack>
  );
}

function New({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("campaigns");
  const navigate = useNavigate();
  const act = useAct((values: Values) => create(filled(CARD, values)), SHOWS, (made) => void navigate({ to: `/campaigns/${encodeURIComponent(String((made as { no: string }).no))}` }));
  return (
    <Modal opened onClose={onClose} title={t("new")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm fields={CARD} act={t("create")} what={t("create")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}
