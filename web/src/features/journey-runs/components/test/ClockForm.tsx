/** Time passes. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "../../model/session";

const LENGTHS = ["1 hour", "1 day", "7 days", "30 days"] as const;

export function ClockForm({ busy, onAct }: { busy: boolean; onAct: (step: Step) => void }) {
  const { t } = useTranslation("journey-runs");
  const [length, type] = useState("");
  const [until, turn] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (length.trim()) onAct({ advance: length.trim() });
  };
  return (
    <Stack gap="sm">
      <Group gap={4} role="group" aria-label={t("clock.forward")}>
        {LENGTHS.map((each) => <Button key={each} size="xs" variant="default" disabled={busy} onClick={() => onAct({ advance: each })}>{t(`clock.${each.replace(" ", "_")}`)}</Button>)}
      </Group>
      <Group gap="xs" align="flex-end" component="form" onSubmit={submit as never}>
        <TextInput size="xs" label={t("clock.length")} placeholder="36 hours" value={length} onChange={(event) => type(event.currentTarget.value)} />
        <Button type="submit" size="xs" disabled={!length.trim()} loading={busy}>{t("clock.forward")}</Button>
      </Group>
      <Group gap="xs" align="flex-end">
        <TextInput size="xs" type="datetime-local" label={t("clock.until")} value={until} onChange={(event) => turn(event.currentTarget.value)} />
        <Button size="xs" variant="default" disabled={!until || busy} onClick={() => onAct({ until: new Date(until).toISOString() })}>{t("clock.go")}</Button>
      </Group>
    </Stack>
  );
}
