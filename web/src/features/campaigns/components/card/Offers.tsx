/** Special prices and discounts of a campaign; they hold within its dates, for its targets, while it is active. */
import { Alert, Button, Grid, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Field, FieldForm, filled, rowsOf, useAct, type Value, type Values } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import { discounts, prices, putDiscount, putPrice, removeDiscount, removePrice, SHOWS } from "../../api/campaigns";
import { DISCOUNT, PRICE } from "../../model/fields";

interface Offer {
  id: number;
  item_no: string;
  unit: string;
  min_qty: number;
  unit_price?: number;
  discount_pct?: number;
}

export function Offers({ no, may }: { no: string; may: boolean }) {
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Kind no={no} may={may} kind="price" fields={PRICE} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Kind no={no} may={may} kind="discount" fields={DISCOUNT} />
      </Grid.Col>
    </Grid>
  );
}

const WAYS = { price: { value: "unit_price", put: putPrice, remove: removePrice }, discount: { value: "discount_pct", put: putDiscount, remove: removeDiscount } } as const;

function Kind({ no, may, kind, fields }: { no: string; may: boolean; kind: "price" | "discount"; fields: Field[] }) {
  const { t } = useTranslation(["campaigns", "fields"]);
  const way = WAYS[kind];
  const found = { price: useQuery(prices(no)), discount: useQuery(discounts(no)) }[kind];
  const [adding, add] = useState(false);
  const [gone, setGone] = useState<Offer | null>(null);
  const put = useAct((values: Record<string, Value>) => way.put(no, { unit: "", min_qty: 0, ...values }), SHOWS, () => add(false));
  const take = useAct((row: Offer) => way.remove(row.id).then(() => setGone(row)), SHOWS);
  const back = (row: Offer) => put.mutate({ item: row.item_no, unit: row.unit, min_qty: row.min_qty, [way.value]: row[way.value] ?? 0 }, { onSuccess: () => setGone(null) });
  const columns: Column<Offer>[] = [
    { key: "item", label: t("fields:field.item"), cell: (row) => row.item_no },
    { key: "unit", label: t("fields:field.unit"), cell: (row) => row.unit },
    { key: "min_qty", label: t("fields:field.min_qty"), number: true, cell: (row) => number(row.min_qty, 2) },
    { key: "value", label: t(`fields:field.${way.value}`), number: true, cell: (row) => number(row[way.value], 2) },
    {
      key: "act",
      label: t("act"),
      cell: (row) =>
        may && (
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => take.mutate(row)} aria-label={t("offers.remove", { item: row.item_no })}>
            {t("common:delete")}
          </Button>
        ),
    },
  ];
  const problem = found.error ?? take.error ?? (adding ? null : put.error);
  const right = may && (
    <Button size="compact-xs" variant="default" onClick={() => add(true)}>
      {t(`offers.new_${kind}`)}
    </Button>
  );
  return (
    <Panel title={t(`offers.${kind}`)} right={right}>
      <Stack gap="sm">
        {gone && (
          <Alert color="gray" p="xs" role="status">
            <Group justify="space-between">
              <Text size="sm">{t("offers.gone", { item: gone.item_no })}</Text>
              <Button size="compact-xs" variant="default" loading={put.isPending} onClick={() => back(gone)}>
                {t("fields:undo")}
              </Button>
            </Group>
          </Alert>
        )}
        {problem != null && <Failed error={problem} what={t(`offers.${kind}`)} />}
        <Table label={t(`offers.table_${kind}`)} columns={columns} rows={found.error ? [] : found.data && rowsOf<Offer>(found.data)} keyOf={(row) => String(row.id)} loadingRows={3} empty={<Text size="sm" c="dimmed">{t("offers.none")}</Text>} />
      </Stack>
      {adding && (
        <Modal opened onClose={() => add(false)} title={t(`offers.new_${kind}`)} closeButtonProps={{ "aria-label": t("common:close") }}>
          <FieldForm fields={fields} act={t("common:save")} what={t(`offers.new_${kind}`)} onClose={() => add(false)} onSave={(values: Values) => put.mutateAsync(filled(fields, values))} />
        </Modal>
      )}
    </Panel>
  );
}
