/** People inside an older version go on in the live one: first where each would land, then the doing of it. */
import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { type Column, Table } from "~/components/table/Table";
import { api, asking, changed, reading, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { activitiesOf, nameOf } from "../../model/funnel";

type Landing = Schemas["Landing"];
const STAYING = new Set(["wait", "wait_for_event", "wait_for_segment", "wait_for_signal"]);

export function Migrate({ journey, version, to, onClose }: { journey: string; version: number; to: number; onClose: () => void }) {
  const { t } = useTranslation("journey-runs");
  const queries = useQueryClient();
  const [mapping, map] = useState<Record<string, string>>({});
  const body = { version, to, mapping: Object.keys(mapping).length ? mapping : null };
  const preview = useQuery({ ...asking("/api/journeys/{journey}/migrate", { path: { journey }, body: { ...body, preview: true } }), staleTime: 0, retry: false });
  const target = useQuery(reading("/api/journeys/{journey}", { path: { journey }, query: { version: to } }));
  const act = useMutation({
    mutationFn: () => api.post("/api/journeys/{journey}/migrate", { path: { journey }, body: { ...body, preview: false } }),
    onSuccess: async () => {
      await changed(queries, "/api/journeys", "/api/steps");
      onClose();
    },
  });
  const activities = activitiesOf(target.data?.definition);
  const places = Object.entries(activities).map(([value, { type }]) => ({ value, label: nameOf(value, activities), stays: STAYING.has(type ?? "") }));
  const columns: Column<Landing>[] = [
    { key: "place", label: t("migrate.place"), cell: (row) => row.place },
    { key: "people", label: t("discards.people"), number: true, cell: (row) => number(row.people) },
    { key: "to", label: t("migrate.to"), cell: (row) => <>{nameOf(row.to, activities)} {row.anew && <Text span size="xs" c="dimmed">{t("migrate.anew")}</Text>}</> },
  ];
  const missing = preview.data?.missing ?? [];
  return (
    <Modal opened onClose={onClose} size="lg" title={t("migrate.title", { version, to })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="sm">
        <Text size="sm">{t("migrate.means", { version, to })}</Text>
        <Loaded query={preview} what={t("migrate.what")} height={120}>
          {(found) => <Table label={t("rows", { of: t("migrate.what") })} columns={columns} rows={found.landings} keyOf={(row) => row.place} empty={<Text size="sm" c="dimmed">{found.missing.length ? t("migrate.all_missing") : t("migrate.nobody", { version })}</Text>} />}
        </Loaded>
        {[...new Set([...missing, ...Object.keys(mapping)])].map((place) => (
          <Select key={place} size="xs" label={t("migrate.choose", { place })} error={missing.includes(place) && t("migrate.missing")} data={places} value={mapping[place] ?? null} searchable onChange={(chosen) => map(chosen ? { ...mapping, [place]: chosen } : without(mapping, place))} />
        ))}
        {act.error != null && <Failed error={act.error} what={t("migrate.act")} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t("common:cancel")}</Button>
          <Button loading={act.isPending} disabled={!preview.data || missing.length > 0 || preview.data.landings.length === 0} onClick={() => act.mutate()}>{t("migrate.act")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function without(mapping: Record<string, string>, place: string): Record<string, string> {
  const { [place]: _, ...rest } = mapping;
  return rest;
}
