/** What an opportunity is worth, and how likely it comes. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Opportunity, useChoices } from "~/components/crm/fields";
import { day, number, percent } from "~/lib/i18n/format";

export function Figures({ row }: { row: Opportunity }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const reasons = useChoices("close_code");
  const share = (value: number | null) => (value === null ? "–" : percent(value / 100));
  const shown: [string, string][] = [
    [t("fields:field.estimated_value"), number(row.estimated_value, 2)],
    [t("current_value"), number(row.current_value, 2)],
    [t("probability"), share(row.probability_pct)],
    [t("chances"), share(row.chances_pct)],
    [t("completed"), share(row.completed_pct)],
    row.date_closed ? [t("fields:field.date_closed"), day(row.date_closed)] : [t("fields:field.estimated_close_date"), day(row.estimated_close_date)],
    ...(row.close_code ? [[t("fields:field.close_code"), reasons.find(({ value }) => value === row.close_code)?.label ?? row.close_code] as [string, string]] : []),
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("tab.figures")}>
      <SimpleGrid cols={{ base: 2, xs: 3, md: shown.length }} spacing="sm" component="dl" m={0}>
        {shown.map(([label, value]) => (
          <div key={label}>
            <Text component="dt" size="xs" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} fw={600}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
