/** It runs: for how long by now, and the way to stop it. */
import { Button, Group, Paper, Progress, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";

export function Running({ since, onCancel }: { since: number; onCancel: () => void }) {
  const { t } = useTranslation("journey-runs");
  const [now, tick] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  return (
    <Paper withBorder p="md" role="status" aria-label={t("backtest.running")}>
      <Group justify="space-between" mb="xs">
        <Text size="sm">{t("backtest.running")}</Text>
        <Group gap="sm">
          <Text size="sm" c="dimmed" aria-hidden>{t("backtest.seconds", { seconds: number(Math.max(0, now - since) / 1000, 0) })}</Text>
          <Button size="xs" variant="default" onClick={onCancel}>{t("common:cancel")}</Button>
        </Group>
      </Group>
      <Progress value={100} animated size="sm" aria-label={t("backtest.running")} />
    </Paper>
  );
}
