/** Worksheets that were logged: what became of them, their letters, and a way to take them back. */
import { Anchor, Badge, Button, Group, Stack, Text } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { type PageOf, useAct } from "~/components/crm/fields";
import { download } from "~/lib/files";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { Pages } from "~/components/table/Pages";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { useView } from "~/lib/view";
import { logged, SHOWS, toggleLogged } from "../../api/interactions";
import { START } from "../../model/fields";
import { CleanUp } from "./CleanUp";
import { Resend } from "./Resend";

interface Row {
  id: number;
  segment_no: string;
  description: string;
  created_on: string;
  by: string;
  canceled: boolean;
  no_of_interactions: number;
  no_of_campaign_entries: number;
}
const SIZE = 50;

export function Logged({ may }: { may: boolean }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const [view, change] = useView(START);
  const query = useQuery({ ...logged(SIZE, view.offset), placeholderData: keepPreviousData });
  const page = query.data as unknown as PageOf<Row> | undefined;
  const [asked, ask] = useState<Row | null>(null);
  const letters = useMutation({ mutationFn: (row: Row) => download(`/api/logged-segments/${row.id}/letters`, undefined, `letters-${row.id}.zip`) });
  const cancel = useAct((row: Row) => toggleLogged([row.id]), SHOWS, () => ask(null));
  const columns: Column<Row>[] = [
    {
      key: "description",
      label: t("fields:field.description"),
      cell: (row) => (
        <Group gap="xs">
          <Anchor component="button" type="button" size="sm" td={row.canceled ? "line-through" : undefined} onClick={() => change({ ...START, logged: row.id }, true)}>
            {row.description || row.segment_no}
          </Anchor>
          {row.canceled && (
            <Badge size="xs" variant="light" color="gray" tt="none">
              {t("canceled")}
            </Badge>
          )}
        </Group>
      ),
    },
    { key: "segment", label: t("fields:field.segment_no"), cell: (row) => row.segment_no },
    { key: "created", label: t("logged_on"), cell: (row) => day(row.created_on) },
    { key: "by", label: t("fields:field.by"), cell: (row) => row.by },
    { key: "interactions", label: t("common:page.interactions"), number: true, cell: (row) => number(row.no_of_interactions) },
    { key: "entries", label: t("campaign_entries"), number: true, cell: (row) => number(row.no_of_campaign_entries) },
    {
      key: "act",
      label: t("act"),
      width: "18rem",
      cell: (row) => (
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-xs" variant="default" loading={letters.isPending && letters.variables?.id === row.id} onClick={() => letters.mutate(row)} aria-label={t("letters_of", { what: row.description || row.id })}>
            {t("letters")}
          </Button>
          {may && !row.canceled && <Resend id={row.id} what={row.description || row.segment_no} />}
          {may && (
            <Button size="compact-xs" variant="default" onClick={() => ask(row)} aria-label={t(row.canceled ? "restore_of" : "cancel_of", { what: row.description || row.id })}>
              {t(row.canceled ? "restore" : "cancel")}
            </Button>
          )}
        </Group>
      ),
    },
  ];
  const problem = query.error ?? letters.error;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t("logged_teach")}
        </Text>
        {may && page?.items.some((row) => row.canceled) && <CleanUp what="logged" />}
      </Group>
      {problem != null && <Failed error={problem} what={t(letters.error ? "letters" : "what.logged")} again={() => void query.refetch()} />}
      <Table label={t("tab.logged")} columns={columns} rows={query.error ? [] : page?.items} keyOf={(row) => String(row.id)} loadingRows={5} empty={query.error ? <span /> : <Empty title={t("empty.logged")} text={t("empty.logged_text")} />} />
      <Pages offset={view.offset} shown={page?.items.length ?? 0} total={page?.total ?? null} size={SIZE} onMove={(offset) => change({ offset }, true)} />
      <Confirm opened={asked !== null} danger={!asked?.canceled} title={t(asked?.canceled ? "restore_logged" : "cancel_logged", { what: asked?.description || asked?.segment_no })} act={t(asked?.canceled ? "restore" : "cancel")} busy={cancel.isPending} error={cancel.error} onAct={() => asked && cancel.mutate(asked)} onClose={() => ask(null)}>
        {t(asked?.canceled ? "restore_means" : "cancel_means", { interactions: number(asked?.no_of_interactions), entries: number(asked?.no_of_campaign_entries) })}
      </Confirm>
    </Stack>
  );
}
