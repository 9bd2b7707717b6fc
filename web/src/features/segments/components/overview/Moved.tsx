/** How many came and went: signs beside the numbers, words for those who cannot see them. */
import { Group, Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";

export function Moved({ growth }: { growth: Schemas["Growth"] | undefined }) {
  const { t } = useTranslation("segments");
  if (!growth) return <>–</>;
  const { entries, exits } = growth;
  return (
    <Group gap="sm" wrap="nowrap">
      <VisuallyHidden>{t("figures.moved", { entries: number(entries), exits: number(exits) })}</VisuallyHidden>
      <Text span inherit aria-hidden title={t("growth.entries")}>
        <Text span c="var(--mantine-color-anchor)" size="sm" mr={2}>↑</Text>
        {number(entries)}
      </Text>
      <Text span inherit aria-hidden title={t("growth.exits")}>
        <Text span c="dimmed" size="sm" mr={2}>↓</Text>
        {number(exits)}
      </Text>
    </Group>
  );
}
