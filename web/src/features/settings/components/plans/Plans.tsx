/** What becomes of events that nobody has planned. */
import { Radio, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { api, asking, changed } from "~/lib/api/client";

const MODES = ["allow", "reject"] as const;
type Mode = (typeof MODES)[number];

export function Plans() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const now = useQuery(asking("/api/plan-settings/unplanned", { body: {} }));
  const [wanted, want] = useState<Mode | null>(null);
  const set = useMutation({
    mutationFn: (mode: Mode) => api.post("/api/plan-settings/unplanned", { body: { mode } }),
    onSuccess: async () => {
      await changed(queries, "/api/plan");
      want(null);
    },
  });
  return (
    <Panel title={t("tab.plans")}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("plans.hint")}</Text>
      <Loaded query={now} what={t("tab.plans")} height={96}>
        {(mode) => (
          <Radio.Group value={String(mode)} onChange={(value) => want(value as Mode)} label={t("plans.unplanned")}>
            <Stack gap="xs" mt="xs">
              {MODES.map((value) => <Radio key={value} value={value} size="sm" label={t(`plans.${value}`)} description={t(`plans.${value}_means`)} />)}
            </Stack>
          </Radio.Group>
        )}
      </Loaded>
      <Confirm opened={wanted !== null} title={t(`plans.${wanted ?? "allow"}`)} act={t("common:save")} danger={wanted === "reject"} busy={set.isPending} error={set.error} onAct={() => wanted && set.mutate(wanted)} onClose={() => want(null)}>
        {t(`plans.${wanted ?? "allow"}_means`)}
      </Confirm>
    </Panel>
  );
}
