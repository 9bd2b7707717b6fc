/** What is counted of a contact: always worked out anew, never stored. */
import { Paper, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { day, number } from "~/lib/i18n/format";
import { figures } from "../../api/contacts";

interface Shown {
  no_of_interactions: number;
  cost: number;
  duration: number;
  date_of_last_interaction: string | null;
  next_task_date: string | null;
  no_of_opportunities: number;
  estimated_value: number;
  current_value: number;
  business_relation: string;
}

export function Figures({ no }: { no: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const { data, error } = useQuery(figures(no));
  if (error) return null;
  const found = data as unknown as Shown | undefined;
  const shown: [string, string | undefined][] = [
    [t("figure.interactions"), found && number(found.no_of_interactions)],
    [t("figure.last"), found && day(found.date_of_last_interaction)],
    [t("figure.cost"), found && number(found.cost, 2)],
    [t("figure.duration"), found && number(found.duration)],
    [t("figure.task"), found && day(found.next_task_date)],
    [t("figure.opportunities"), found && number(found.no_of_opportunities)],
    [t("figure.value"), found && number(found.current_value, 2)],
    [t("figure.relation"), found && t(`fields:choice.${found.business_relation}`)],
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("figures")}>
      <SimpleGrid cols={{ base: 2, xs: 4, lg: 8 }} spacing="sm" component="dl" m={0}>
        {shown.map(([label, value]) => (
          <div key={label}>
            <Text component="dt" size="xs" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} fw={600} className="num" ta="left">
              {value ?? <Skeleton h="1.2rem" w="4rem" />}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
