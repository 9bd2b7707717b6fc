/** Somebody does something with a message that she got; and what the other side answers to calls. */
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Activities, nameOf } from "../../model/funnel";
import type { Step } from "../../model/session";
import { chosenOf, Who } from "./Who";

const SENDS = new Set(["email", "sms", "push", "choose_channel"]);
const CALLS = new Set(["custom_action", "webhook"]);
const SIGNALS = ["opened", "clicked", "bounced", "complained", "unsubscribed"] as const;
const ANSWERS: Record<string, { status?: number; result?: string }> = { ok: { status: 200 }, "500": { status: 500 }, timedout: { result: "timedout" }, capped: { result: "capped" } };

export function ReactionForm({ activities, people, busy, onAct }: { activities: Activities; people: readonly string[]; busy: boolean; onAct: (step: Step) => void }) {
  const { t } = useTranslation("journey-runs");
  const of = (kinds: ReadonlySet<string>) => Object.entries(activities).filter(([, { type }]) => kinds.has(type ?? "")).map(([value]) => ({ value, label: nameOf(value, activities) }));
  const [sends, calls] = [of(SENDS), of(CALLS)];
  const [chosen, choose] = useState<string | null>(null);
  const [sent, from] = useState<string | null>(sends[0]?.value ?? null);
  const [signal, say] = useState<string>("opened");
  const [call, to] = useState<string | null>(calls[0]?.value ?? null);
  const [answer, get] = useState<string>("500");
  const who = chosenOf(people, chosen);
  return (
    <Stack gap="sm">
      {sends.length === 0 && calls.length === 0 && <Text size="sm" c="dimmed">{t("reaction.none")}</Text>}
      {sends.length > 0 && (
        <Group gap="xs" align="flex-end">
          <Who people={people} value={who} onChange={choose} />
          <Select size="xs" label={t("reaction.what")} data={SIGNALS.map((value) => ({ value, label: t(`reaction.${value}`) }))} value={signal} allowDeselect={false} onChange={(value) => say(value!)} />
          <Select size="xs" label={t("reaction.message")} data={sends} value={sent} allowDeselect={false} onChange={from} />
          <Button size="xs" disabled={!who || !sent} loading={busy} onClick={() => onAct({ signal, profile: who, activity: sent! })}>{t("reaction.do")}</Button>
        </Group>
      )}
      {calls.length > 0 && (
        <Group gap="xs" align="flex-end">
          <Select size="xs" label={t("reaction.calls")} data={calls} value={call} allowDeselect={false} onChange={to} />
          <Select size="xs" label={t("reaction.answer")} data={Object.keys(ANSWERS).map((value) => ({ value, label: t(`backtest.answer.${value}`) }))} value={answer} allowDeselect={false} onChange={(value) => get(value!)} />
          <Button size="xs" variant="default" disabled={!call || busy} onClick={() => onAct({ answer: call!, ...ANSWERS[answer] })}>{t("reaction.set")}</Button>
        </Group>
      )}
    </Stack>
  );
}
