/** Everything that the filter takes: sent again, or put by. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api } from "~/lib/api/client";
import { settled } from "~/lib/refresh";

interface Filter {
  source: string;
  code: string;
  event: string;
}

export function Bulk({ filter }: { filter: Filter }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const [asked, ask] = useState<"replay" | "dismiss" | undefined>();
  const [told, tell] = useState("");
  const body = { source: filter.source || null, code: filter.code || null, event: filter.event || null };
  const run = useMutation({
    mutationFn: async (act: "replay" | "dismiss") => {
      if (act === "dismiss") return t("letter.dismissed", { count: Number(await api.post("/api/letters/dismiss", { body })) });
      const found = (await api.post("/api/letters/replay", { body })) as { replayed?: number; left?: unknown };
      return t("letter.replayed", { count: found.replayed ?? 0 });
    },
    onSuccess: async (said) => {
      tell(said);
      ask(undefined);
      await settled(queries, "/api/letters", "/api/letter-counts", "/api/schema");
    },
  });
  const chosen = Boolean(body.source ?? body.code ?? body.event);
  const words = { filter: [body.code, body.event, body.source].filter(Boolean).join(", ") };
  if (!chosen) return <Text size="xs" c="dimmed" mb={8}>{t("letter.no_filter")}</Text>;
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={() => ask("replay")}>{t("letter.replay_all")}</Button>
      <Button size="xs" variant="subtle" color="red" onClick={() => ask("dismiss")}>{t("letter.dismiss_all")}</Button>
      {told && <Alert py={4} variant="light" color="blue" role="status">{told}</Alert>}
      {asked && (
        <Confirm opened danger={asked === "dismiss"} title={t(`letter.${asked}_all`)} act={t(`letter.${asked}_all`)} busy={run.isPending} error={run.error} onAct={() => run.mutate(asked)} onClose={() => ask(undefined)}>
          {t(`letter.${asked}_all_hint`, words)}
        </Confirm>
      )}
    </Group>
  );
}
