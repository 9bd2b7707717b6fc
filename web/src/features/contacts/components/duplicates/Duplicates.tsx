/** Pairs of contacts that may be the same, the most alike first. */
import { Alert, Anchor, Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Contact, type PageOf, useAct, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { percent } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { keepApart, pairs, reconsider } from "../../api/contacts";
import { Merge } from "./Merge";

export interface Pair {
  contact_no: string;
  other_no: string;
  equal: number;
  share: number;
}

const SIZE = 25;
const SHOWS = ["/api/duplicates"];

/** `only`: pairs with this contact. */
export function Duplicates({ only }: { only?: string }) {
  const { t } = useTranslation("contacts");
  const may = useMay("contacts:write");
  const [view, change] = useView({ decided: false as boolean, pairs_from: 0 });
  const query = useQuery({ ...pairs(only ? [only] : null, view.decided, SIZE, view.pairs_from), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Pair> | undefined;
  const names = useNames((page?.items ?? []).flatMap((pair) => [pair.contact_no, pair.other_no]));
  const [merging, merge] = useState<Pair | null>(null);
  const [apart, setApart] = useState<Pair | null>(null);
  const keep = useAct((pair: Pair) => keepApart(pair.contact_no, pair.other_no).then(() => setApart(pair)), SHOWS);
  const again = useAct((pair: Pair) => reconsider(pair.contact_no, pair.other_no).then(() => setApart(null)), SHOWS);
  const columns: Column<Pair>[] = [
    { key: "one", label: t("duplicates.one"), cell: (pair) => <Who no={pair.contact_no} row={names.get(pair.contact_no)} /> },
    { key: "other", label: t("duplicates.other"), cell: (pair) => <Who no={pair.other_no} row={names.get(pair.other_no)} /> },
    { key: "share", label: t("duplicates.share"), number: true, width: "7rem", cell: (pair) => percent(pair.share / 100, 0) },
    {
      key: "act",
      label: t("act.word"),
      width: "16rem",
      cell: (pair) =>
        may && (
          <Group gap="xs" wrap="nowrap">
            <Button size="compact-xs" onClick={() => merge(pair)} aria-label={t("duplicates.merge_of", { one: pair.contact_no, other: pair.other_no })}>
              {t("duplicates.merge")}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => keep.mutate(pair)} aria-label={t("duplicates.apart_of", { one: pair.contact_no, other: pair.other_no })}>
              {t("duplicates.apart")}
            </Button>
          </Group>
        ),
    },
  ];
  const problem = query.error ?? keep.error ?? again.error;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw="46rem">
          {t("duplicates.teach")}
        </Text>
        <Checkbox size="xs" label={t("duplicates.decided")} checked={view.decided} onChange={(event) => change({ decided: event.currentTarget.checked, pairs_from: 0 })} />
      </Group>
      {apart && (
        <Alert color="gray" p="xs" role="status">
          <Group justify="space-between">
            <Text size="sm">{t("duplicates.kept", { one: names.get(apart.contact_no)?.name ?? apart.contact_no, other: names.get(apart.other_no)?.name ?? apart.other_no })}</Text>
            <Button size="compact-xs" variant="default" loading={again.isPending} onClick={() => again.mutate(apart)}>
              {t("duplicates.reconsider")}
            </Button>
          </Group>
        </Alert>
      )}
      {problem != null && <Failed error={problem} what={t("tab.duplicates")} again={() => void query.refetch()} />}
      <Table
        label={t("tab.duplicates")}
        columns={columns}
        rows={query.error ? [] : page?.items}
        keyOf={(pair) => `${pair.contact_no}/${pair.other_no}`}
        loadingRows={6}
        empty={query.error ? <span /> : <Empty title={t("duplicates.none")} text={t("duplicates.none_text")} />}
      />
      <Pages offset={view.pairs_from} shown={page?.items.length ?? 0} total={page?.total ?? null} size={SIZE} onMove={(pairs_from) => change({ pairs_from }, true)} />
      {merging && <Merge pair={merging} onClose={() => merge(null)} />}
    </Stack>
  );
}

function Who({ no, row }: { no: string; row?: Contact }) {
  return (
    <>
      <Anchor component={Link} to={`/contacts/${encodeURIComponent(no)}`} size="sm" fw={500}>
        {row?.name ?? no}
      </Anchor>
      <Text size="xs" c="dimmed">
        {[no, row?.company_name, row?.email, row?.city].filter(Boolean).join(" · ")}
      </Text>
    </>
  );
}
