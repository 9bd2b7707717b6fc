/** Whom the prices of a campaign hold for: customers, and contacts that are none yet. */
import { Anchor, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Campaign, type PageOf, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { useView } from "~/lib/view";
import { targets } from "../../api/campaigns";

interface Target {
  kind: "customer" | "contact";
  no: string;
}
const SIZE = 50;

export function Targets({ row }: { row: Campaign }) {
  const { t } = useTranslation(["campaigns", "fields"]);
  const [view, change] = useView({ targets_from: 0 });
  const query = useQuery({ ...targets(row.no, SIZE, view.targets_from), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Target> | undefined;
  const names = useNames((page?.items ?? []).filter(({ kind }) => kind === "contact").map(({ no }) => no));
  const columns: Column<Target>[] = [
    { key: "kind", label: t("fields:field.type"), width: "10rem", cell: ({ kind }) => t(`target.${kind}`) },
    { key: "no", label: t("fields:field.no"), width: "10rem", cell: ({ no }) => no },
    {
      key: "name",
      label: t("fields:field.name"),
      cell: ({ kind, no }) =>
        kind === "contact" && (
          <Anchor component={Link} to={`/contacts/${encodeURIComponent(no)}`} size="sm">
            {names.get(no)?.name ?? no}
          </Anchor>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("target.teach")}
      </Text>
      {query.error && <Failed error={query.error} what={t("card.targets")} again={() => void query.refetch()} />}
      <Table label={t("card.targets")} columns={columns} rows={query.error ? [] : page?.items} keyOf={({ kind, no }) => `${kind}/${no}`} loadingRows={5} empty={query.error ? <span /> : <Empty title={t("target.none")} text={t(row.active ? "target.none_active" : "target.none_text")} />} />
      <Pages offset={view.targets_from} shown={page?.items.length ?? 0} total={page?.total ?? null} size={SIZE} onMove={(targets_from) => change({ targets_from }, true)} />
    </Stack>
  );
}
