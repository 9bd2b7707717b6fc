/** All journeys, with how many people are in them at this moment. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty, Page } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { Table } from "~/components/table/Table";
import { useLiveJourneys } from "~/lib/live";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { journeysList } from "../../api/journeys";
import { rowsOf } from "../../model/list";
import { useJourneyColumns } from "./columns";

const SIZE = 50;
const STATUSES = ["draft", "draft_test", "dry_run", "live", "paused", "closed", "stopped", "finished"];

export function JourneyList() {
  const { t } = useTranslation("journeys");
  const may = useMay("journeys:write");
  const query = useQuery({ ...journeysList, refetchInterval: 30_000 });
  const live = useLiveJourneys();
  const [view, change] = useView({ search: "", status: "", sort: "-entered", from: 0 });
  const rows = useMemo(
    () => query.data && rowsOf(query.data.items, view, (journey) => live.get(journey)),
    [query.data, live, view.search, view.status, view.sort],
  );
  const { columns, button } = useJourneyColumns();
  const make = may && (
    <Button component={Link} to="/journeys/new">
      {t("list.new")}
    </Button>
  );
  const none = query.data?.items.length === 0;
  return (
    <Page title={t("list.title")} hint={t("list.hint")} actions={make}>
      {query.error && <Failed error={query.error} what={t("list.what")} again={() => void query.refetch()} />}
      {none ? (
        <Empty title={t("list.empty.title")} text={t("list.empty.text")} action={make} />
      ) : (
        <>
          <Group gap="xs">
            <TextInput size="xs" w="16rem" aria-label={t("list.search")} placeholder={t("list.search")} value={String(view.search)} onChange={(event) => change({ search: event.currentTarget.value, from: 0 })} />
            <Select size="xs" w="11rem" aria-label={t("list.status")} placeholder={t("list.every_status")} clearable value={view.status || null}
              data={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))} onChange={(value) => change({ status: value ?? "", from: 0 })} />
            {button}
          </Group>
          {!(query.error && !rows) && (
            <Table label={t("list.title")} columns={columns} rows={rows?.slice(view.from, view.from + SIZE)} keyOf={({ journey }) => journey} sort={view.sort}
              onSort={(sort) => change({ sort, from: 0 })} loadingRows={6} empty={<Empty title={t("list.nothing.title")} text={t("list.nothing.text")} />} />
          )}
          {rows && <Pages offset={view.from} shown={Math.min(SIZE, rows.length - view.from)} total={rows.length} size={SIZE} onMove={(from) => change({ from }, true)} />}
        </>
      )}
    </Page>
  );
}
