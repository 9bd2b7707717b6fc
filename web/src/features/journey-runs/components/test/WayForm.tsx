/** In a test: the way that people take out of an activity from now on, or how long they wait there. */
import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { activitiesOf, nameOf } from "../../model/funnel";
import type { Step } from "../../model/session";
import { waysOf } from "../../model/ways";
import { wayIn } from "../../model/words";

const WAITS = new Set(["wait", "wait_for_event", "wait_for_segment", "wait_for_signal"]);

export function WayForm({ draft, busy, onAct }: { draft: unknown; busy: boolean; onAct: (step: Step) => void }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const activities = activitiesOf(draft);
  const choices = Object.keys(activities).filter((name) => waysOf(draft, name).length > 1);
  const waits = Object.keys(activities).filter((name) => WAITS.has(activities[name]?.type ?? ""));
  const [at, go] = useState<string | null>(choices[0] ?? null);
  const [way, take] = useState<string | null>(null);
  const [place, stay] = useState<string | null>(waits[0] ?? null);
  const [length, type] = useState("");
  const named = (names: readonly string[]) => names.map((value) => ({ value, label: nameOf(value, activities) }));
  return (
    <Stack gap="sm">
      {choices.length > 0 && (
        <Group gap="xs" align="flex-end">
          <Select size="xs" label={t("way_form.at")} data={named(choices)} value={at} allowDeselect={false} onChange={(value) => { go(value); take(null); }} />
          <Select size="xs" label={t("way_form.way")} data={at ? waysOf(draft, at).map((value) => ({ value, label: wayIn(value, t) })) : []} value={way} onChange={take} />
          <Button size="xs" disabled={!at || !way} loading={busy} onClick={() => onAct({ choose: at!, way: way! })}>{t("way_form.take")}</Button>
        </Group>
      )}
      {waits.length > 0 && (
        <Group gap="xs" align="flex-end">
          <Select size="xs" label={t("way_form.wait_at")} data={named(waits)} value={place} allowDeselect={false} onChange={stay} />
          <TextInput size="xs" label={t("clock.length")} placeholder="10 minutes" value={length} onChange={(event) => type(event.currentTarget.value)} />
          <Button size="xs" variant="default" disabled={!place || !length.trim() || busy} onClick={() => onAct({ choose: place!, wait: length.trim() })}>{t("way_form.wait")}</Button>
        </Group>
      )}
    </Stack>
  );
}
