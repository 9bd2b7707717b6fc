/** Which stretch of the past, what calls answer, and whether the live version plays beside the draft. */
import { Button, Checkbox, Collapse, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { useNow } from "~/lib/clock";
import { useView } from "~/lib/view";
import type { Asked } from "../../api/backtest";
import { dayAfter, daysBefore } from "../../model/backtest";
import { activitiesOf, nameOf } from "../../model/funnel";

interface SetupProps {
  draft: Record<string, unknown>;
  live: Record<string, unknown> | null;
  busy: boolean;
  onPlay: (asked: Asked) => void;
}

const SPANS = [30, 90, 365] as const;
const USUAL = 90;
const ANSWERS: Record<string, Record<string, unknown>> = { ok: {}, "500": { status: 500 }, timedout: { result: "timedout" }, capped: { result: "capped" } };

export function Setup({ draft, live, busy, onPlay }: SetupProps) {
  const { t } = useTranslation("journey-runs");
  const now = useNow();
  const [view, change] = useView<{ since: string; until: string; all: boolean; beside: boolean }>({ since: "", until: "", all: false, beside: true });
  const [answers, answer] = useState<Record<string, string>>({});
  const same = live !== null && JSON.stringify({ ...live, journey: draft.journey }) === JSON.stringify(draft);
  const comparable = live !== null && !same;
  const calls = Object.entries(activitiesOf(draft)).filter(([, one]) => one.type === "custom_action" || one.type === "webhook");
  // Quick to play, and enough to see what a draft does; all that is recorded may be years.
  const since = view.since ? String(view.since) : view.all || !now ? "" : daysBefore(now, USUAL);
  const backwards = since !== "" && view.until !== "" && since > String(view.until);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (backwards) return;
    onPlay({
      draft, against: comparable && view.beside ? live : null, since: since || null, until: view.until ? dayAfter(String(view.until)) : null,
      answers: Object.fromEntries(Object.entries(answers).filter(([, kind]) => kind !== "ok").map(([name, kind]) => [name, ANSWERS[kind]!])),
    });
  };
  return (
    <Panel title={t("backtest.title")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed" maw="48rem">{t("backtest.hint")}</Text>
          <Group gap="sm" align="flex-end">
            <TextInput size="xs" type="date" label={t("backtest.from")} value={since} max={now?.toISOString().slice(0, 10)} onChange={(event) => change({ since: event.currentTarget.value, all: event.currentTarget.value === "" })} error={backwards && t("backtest.backwards")} />
            <TextInput size="xs" type="date" label={t("backtest.to")} value={String(view.until)} onChange={(event) => change({ until: event.currentTarget.value })} />
            <Group gap={4} role="group" aria-label={t("backtest.spans")}>
              {SPANS.map((days) => (
                <Button key={days} size="compact-xs" variant="default" disabled={!now} onClick={() => now && change({ since: daysBefore(now, days), until: "", all: false })}>{t("backtest.days", { count: days })}</Button>
              ))}
              <Button size="compact-xs" variant="default" onClick={() => change({ since: "", until: "", all: true })}>{t("backtest.everything")}</Button>
            </Group>
          </Group>
          {comparable && <Checkbox size="xs" label={t("backtest.beside")} checked={Boolean(view.beside)} onChange={(event) => change({ beside: event.currentTarget.checked })} />}
          <Collapse expanded={calls.length > 0}>
            <Text size="xs" c="dimmed" mb={4}>{t("backtest.answers_hint")}</Text>
            <Group gap="sm">
              {calls.map(([name]) => (
                <Select key={name} size="xs" label={t("backtest.answers", { activity: nameOf(name, activitiesOf(draft)) })} data={Object.keys(ANSWERS).map((value) => ({ value, label: t(`backtest.answer.${value}`) }))} value={answers[name] ?? "ok"} allowDeselect={false} onChange={(kind) => answer({ ...answers, [name]: kind! })} />
              ))}
            </Group>
          </Collapse>
          <Group><Button type="submit" size="sm" loading={busy}>{t("backtest.play")}</Button></Group>
        </Stack>
      </form>
    </Panel>
  );
}
