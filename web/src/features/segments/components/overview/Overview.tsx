/** A segment at a glance: how many, how it grows, when they leave by time alone, what it means and who uses it. */
import { Alert, SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { counts } from "../../model/definition";
import { Figures } from "./Figures";
import { ForecastPanel } from "./ForecastPanel";
import { GrowthPanel } from "./GrowthPanel";
import { KeptPanel } from "./KeptPanel";
import { RulePanel } from "./RulePanel";
import { UsePanel } from "./UsePanel";

export function Overview({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation("segments");
  const { id, state } = definition;
  return (
    <Stack gap="md">
      {!counts(state) && (
        <Alert variant="light" color="gray" title={t(`idle.${state}`, t("idle.draft"))}>
          {t(`idle.${state}_hint`, t("idle.draft_hint"))}
        </Alert>
      )}
      <Figures segment={id} />
      <RulePanel segment={id} />
      <GrowthPanel segment={id} />
      {counts(state) && <ForecastPanel segment={id} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <UsePanel segment={id} />
        <KeptPanel segment={id} />
      </SimpleGrid>
    </Stack>
  );
}
