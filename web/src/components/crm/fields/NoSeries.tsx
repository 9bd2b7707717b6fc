/** Nothing numbers this kind of thing yet: the first number is proposed here, and what was begun goes on. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { useMay } from "~/lib/session";
import { Failed } from "~/components/Failed";

/** By the beginning of the code of the problem: the setting that names the series, and the first number. */
const KINDS: Record<string, { setting: string; first: string }> = {
  contact: { setting: "contact_nos", first: "C00001" },
  campaign: { setting: "campaign_nos", first: "CP0001" },
  opportunity: { setting: "opportunity_nos", first: "OP0001" },
  task: { setting: "task_nos", first: "T00001" },
};

/** The kind whose numbers are missing, when it is that which failed. */
export function unnumbered(error: unknown): string | null {
  const found = error instanceof Failure ? /^(\w+)-no-series-missing$/.exec(error.problem.code)?.[1] : undefined;
  return found && found in KINDS ? found : null;
}

export function NoSeries({ kind, error, what, again }: { kind: string; error: unknown; what: string; again: () => void }) {
  const { t } = useTranslation("fields");
  const may = useMay("contacts:write");
  const { setting, first } = KINDS[kind]!;
  const act = useMutation({
    mutationFn: async () => {
      const settings = await api.get("/api/crm/settings");
      await api.put("/api/crm/series/{code}", { path: { code: String(settings[setting]) }, body: { next: first, description: t(`series.${kind}`), manual_allowed: true } });
    },
    onSuccess: again,
  });
  if (!may || act.error) return <Failed error={act.error ?? error} what={what} />;
  return (
    <Alert color="blue" variant="light" title={t("series.title")} role="alert">
      <Text size="sm">{t("series.text")}</Text>
      <Group mt="sm">
        <Button size="xs" loading={act.isPending} onClick={() => act.mutate()}>
          {t("series.act", { first })}
        </Button>
      </Group>
    </Alert>
  );
}
