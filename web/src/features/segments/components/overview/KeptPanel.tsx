/** How the segment is kept up to date, why so, and what it costs. */
import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { When } from "~/components/When";
import { number } from "~/lib/i18n/format";
import { useMethod, useStatistics } from "../../api/segment";
import { methodKey as keyOf } from "../../model/definition";

export function KeptPanel({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const statistics = useStatistics(segment).data;
  return (
    <Panel title={t("kept.title")}>
      <Loaded query={useMethod(segment)} what={t("kept.title")} height={72}>
        {({ method, reasons }) => (
          <>
            <Text size="sm" fw={600}>
              {t(`method.${keyOf(method)}`, method)}
            </Text>
            <Text size="sm" c="dimmed" mb={4}>
              {t(`method.${keyOf(method)}_hint`, "")}
            </Text>
            <List size="sm" spacing={2}>
              {reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
              {statistics && <List.Item>{t("kept.features", { count: statistics.features, number: number(statistics.features), shared: number(statistics.shared_features) })}</List.Item>}
              {statistics?.last_change && (
                <List.Item>
                  {t("kept.last")} <When at={statistics.last_change} />
                </List.Item>
              )}
            </List>
          </>
        )}
      </Loaded>
    </Panel>
  );
}
