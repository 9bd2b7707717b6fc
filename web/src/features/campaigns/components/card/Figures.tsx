/** What a campaign reached and cost, over all its time or within days. */
import { Group, Paper, SimpleGrid, Skeleton, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { number, percent } from "~/lib/i18n/format";
import { figures } from "../../api/campaigns";

export function Figures({ no, since, until, onChange }: { no: string; since: string; until: string; onChange: (days: { since?: string; until?: string }) => void }) {
  const { t } = useTranslation(["campaigns", "fields"]);
  const { data, error, refetch } = useQuery({ ...figures(no, since, until), placeholderData: keepPreviousData });
  if (error) return <Failed error={error} what={t("figures")} again={() => void refetch()} />;
  const shown: [string, string | undefined][] = [
    ["contacted", data && number(data.targets_contacted)],
    ["responded", data && number(data.contacts_responded)],
    ["rate", data && percent(data.response_rate_pct / 100)],
    ["cost", data && number(data.cost, 2)],
    ["per_response", data && number(data.avg_cost_per_response, 2)],
    ["duration", data && number(data.duration)],
    ["opportunities", data && number(data.no_of_opportunities)],
    ["value", data && number(data.estimated_value, 2)],
  ];
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("figures")}>
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <SimpleGrid cols={{ base: 2, xs: 4, lg: 8 }} spacing="md" component="dl" m={0} flex={1} miw="16rem">
          {shown.map(([name, value]) => (
            <div key={name} style={{ display: "flex", flexDirection: "column", justifyContent: "space-between" }}>
              <Text component="dt" size="xs" c="dimmed">
                {t(`figure.${name}`)}
              </Text>
              <Text component="dd" m={0} fw={600}>
                {value ?? <Skeleton h="1.2rem" w="4rem" component="span" display="block" />}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        <Group gap="xs">
          {(["since", "until"] as const).map((name) => (
            <TextInput key={name} size="xs" type="date" label={t(name)} value={name === "since" ? since : until} onChange={(event) => onChange({ [name]: event.currentTarget.value })} />
          ))}
        </Group>
      </Group>
    </Paper>
  );
}
