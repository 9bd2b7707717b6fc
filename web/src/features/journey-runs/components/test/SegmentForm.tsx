/** Somebody enters or leaves a segment, whatever its rule says. */
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reading } from "~/lib/api/client";
import { segmentsIn, type Step } from "../../model/session";
import { chosenOf, Who } from "./Who";

export function SegmentForm({ draft, people, busy, onAct }: { draft: unknown; people: readonly string[]; busy: boolean; onAct: (step: Step) => void }) {
  const { t } = useTranslation("journey-runs");
  const segments = useQuery(reading("/api/segments", { query: { limit: 1000 } }));
  const used = segmentsIn(draft);
  const [chosen, choose] = useState<string | null>(null);
  const [segment, pick] = useState(used[0] ?? "");
  const who = chosenOf(people, chosen);
  const names = new Map(segments.data?.items.map((one) => [one.segment, one.name]));
  if (used.length === 0) return <Text size="sm" c="dimmed">{t("segment.none")}</Text>;
  const move = (inside: boolean) => onAct({ member: who, segments: { [segment]: inside } });
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Who people={people} value={who} onChange={choose} />
        <Select size="xs" label={t("segment.segment")} data={used.map((value) => ({ value, label: names.get(value) ?? value }))} value={segment} allowDeselect={false} onChange={(value) => pick(value ?? "")} />
      </Group>
      <Group gap="xs">
        <Button size="xs" disabled={!who || !segment} loading={busy} onClick={() => move(true)}>{t("segment.enter")}</Button>
        <Button size="xs" variant="default" disabled={!who || !segment || busy} onClick={() => move(false)}>{t("segment.leave")}</Button>
      </Group>
    </Stack>
  );
}
