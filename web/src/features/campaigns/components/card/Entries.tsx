/** Each time something was done for a campaign; an entry can be canceled with its interactions, and restored. */
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { FieldCard, rowsOf, text, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { describeEntry, entries, SHOWS, SHOWS_ENTRIES, toggleEntry } from "../../api/campaigns";

interface Entry {
  id: number;
  description: string;
  date: string;
  salesperson_code: string;
  segment_no: string;
  by: string;
  canceled: boolean;
  no_of_interactions: number;
  cost: number;
  duration: number;
}
const WORDS = [text("description", { wide: true })];

export function Entries({ no, may }: { no: string; may: boolean }) {
  const { t } = useTranslation(["campaigns", "fields"]);
  const query = useQuery(entries(no));
  const [asked, ask] = useState<Entry | null>(null);
  const [edited, edit] = useState<number | null>(null);
  const cancel = useAct((row: Entry) => toggleEntry(row.id), SHOWS_ENTRIES, () => ask(null));
  const describe = useAct(({ id, description }: { id: number; description: string }) => describeEntry(id, description), SHOWS);
  const columns: Column<Entry>[] = [
    { key: "date", label: t("fields:field.date"), width: "8rem", cell: (row) => day(row.date) },
    {
      key: "description",
      label: t("fields:field.description"),
      cell: (row) =>
        edited === row.id ? (
          <FieldCard fields={WORDS} columns={1} values={{ description: row.description }} onSave={(fields) => describe.mutateAsync({ id: row.id, description: String(fields.description) })} />
        ) : (
          <Group gap="xs">
            <Text size="sm" td={row.canceled ? "line-through" : undefined}>
              {row.description}
            </Text>
            {row.canceled && (
              <Badge size="xs" variant="light" color="gray" tt="none">
                {t("canceled")}
              </Badge>
            )}
          </Group>
        ),
    },
    { key: "segment", label: t("fields:field.segment_no"), cell: (row) => row.segment_no },
    { key: "salesperson", label: t("fields:field.salesperson_code"), cell: (row) => row.salesperson_code },
    { key: "interactions", label: t("interactions"), number: true, cell: (row) => number(row.no_of_interactions) },
    { key: "cost", label: t("fields:field.cost"), number: true, cell: (row) => number(row.cost, 2) },
    { key: "duration", label: t("fields:field.duration"), number: true, cell: (row) => number(row.duration) },
    {
      key: "act",
      label: t("act"),
      width: "12rem",
      cell: (row) =>
        may && (
          <Group gap="xs" wrap="nowrap">
            <Button size="compact-xs" variant="default" aria-pressed={edited === row.id} onClick={() => edit(edited === row.id ? null : row.id)} aria-label={t("entries.describe_of", { what: row.description })}>
              {t("entries.describe")}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => ask(row)} aria-label={t(row.canceled ? "entries.restore_of" : "entries.cancel_of", { what: row.description })}>
              {t(row.canceled ? "entries.restore" : "entries.cancel")}
            </Button>
          </Group>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      {query.error && <Failed error={query.error} what={t("card.entries")} again={() => void query.refetch()} />}
      <Table label={t("card.entries")} columns={columns} rows={query.error ? [] : query.data && rowsOf<Entry>(query.data)} keyOf={(row) => String(row.id)} loadingRows={4} empty={query.error ? <span /> : <Empty title={t("entries.none")} text={t("entries.teach")} />} />
      <Confirm opened={asked !== null} danger={!asked?.canceled} title={t(asked?.canceled ? "entries.restore_of" : "entries.cancel_of", { what: asked?.description })} act={t(asked?.canceled ? "entries.restore" : "entries.cancel")} busy={cancel.isPending} error={cancel.error} onAct={() => asked && cancel.mutate(asked)} onClose={() => ask(null)}>
        {t(asked?.canceled ? "entries.restore_means" : "entries.cancel_means", { count: asked?.no_of_interactions ?? 0, number: number(asked?.no_of_interactions) })}
      </Confirm>
    </Stack>
  );
}
