/** What becomes of events that no plan knows. */
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api, changed } from "~/lib/api/client";

type Mode = "allow" | "reject";

export function Unplanned() {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const [asked, ask] = useState<Mode | undefined>();
  const [told, tell] = useState<string | undefined>();
  const set = useMutation({
    mutationFn: (mode: Mode) => api.post("/api/plan-settings/unplanned", { body: { mode } }),
    onSuccess: async (found) => {
      tell(String(found));
      ask(undefined);
      await changed(queries, "/api/plans");
    },
  });
  return (
    <Group gap="xs" mt="md">
      <Text size="sm">{t("unplanned.question")}</Text>
      {(["allow", "reject"] as const).map((mode) => (
        <Button key={mode} size="compact-xs" variant="default" aria-pressed={told === mode} onClick={() => ask(mode)}>
          {t(`unplanned.${mode}`)}
        </Button>
      ))}
      <Text size="sm" c="dimmed" role="status">{told && t("unplanned.is", { mode: t(`unplanned.${told}`) })}</Text>
      {asked && (
        <Confirm opened title={t(`unplanned.${asked}`)} act={t(`unplanned.${asked}`)} busy={set.isPending} error={set.error} onAct={() => set.mutate(asked)} onClose={() => ask(undefined)}>
          {t(`unplanned.${asked}_hint`)}
        </Confirm>
      )}
    </Group>
  );
}
