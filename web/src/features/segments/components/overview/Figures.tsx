/** The numbers of a segment; members count as they come and go. */
import { Paper, SimpleGrid, Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { number, percent } from "~/lib/i18n/format";
import { useLiveSegment } from "~/lib/live";
import { useRefresh } from "~/lib/refresh";
import { useStatistics } from "../../api/segment";
import { Moved } from "./Moved";

export function Figures({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const query = useStatistics(segment);
  const live = useLiveSegment(segment);
  useRefresh(() => void query.refetch(), 5_000);
  const found = query.data;
  if (query.error && !found) return <Failed error={query.error} what={t("figures.what")} again={() => void query.refetch()} />;
  const people = found && found.share > 0 ? found.members / found.share : null;
  const members = live?.members ?? found?.members;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm" component="dl" m={0} aria-label={t("figures.label")}>
      <Figure label={t("figures.members")}>{members === undefined ? null : number(members)}</Figure>
      <Figure label={t("figures.share")}>{found && (people && members !== undefined ? percent(members / people) : percent(found.share))}</Figure>
      {(["day", "week", "month"] as const).map((length) => (
        <Figure key={length} label={t(`figures.${length}`)}>
          {found && <Moved growth={found.growth[length]} />}
        </Figure>
      ))}
    </SimpleGrid>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Paper withBorder px="md" py="sm">
      <Text size="xs" c="dimmed" component="dt">
        {label}
      </Text>
      <Text size="xl" fw={600} component="dd" m={0} lh={1.4} style={{ whiteSpace: "nowrap" }}>
        {children ?? <Skeleton h="1.75rem" w="4rem" />}
      </Text>
    </Paper>
  );
}
