/** How the segment grew: members as a line, entries and exits as bars that stand and hang below it. */
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TimeChart } from "~/components/charts/TimeChart";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { useHead } from "~/lib/live";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { useHistory } from "../../api/segment";
import { daysEach, isRange, lastDays, pointsOf, type Range, RANGES } from "../../model/history";

const HEIGHT = 300;

export function GrowthPanel({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const [{ range }, show] = useView({ range: "quarter" });
  const query = useHistory(segment);
  useRefresh(() => void query.refetch(), 15_000);
  const today = useHead()?.now?.slice(0, 10);
  const chosen: Range = isRange(range) ? range : "quarter";
  const choice = (
    <SegmentedControl size="xs" value={chosen} onChange={(next) => show({ range: next })} aria-label={t("growth.range")}
      data={Object.keys(RANGES).map((value) => ({ value, label: t(`growth.${value}`) }))} />
  );
  return (
    <Panel title={t("growth.title")} right={choice}>
      <Loaded query={query} what={t("growth.title")} height={HEIGHT + 36}>
        {({ items }) => {
          const days = lastDays(items, chosen, today);
          const each = daysEach(days);
          return (
            <TimeChart label={t("growth.label")} points={pointsOf(days)} height={HEIGHT} empty={t("growth.none")}
              series={[
                { key: "members", label: t("growth.members"), kind: "line" },
                { key: "entries", label: t(`growth.entries_${each}`), kind: "bar", pane: 1 },
                { key: "exits", label: t(`growth.exits_${each}`), kind: "bar", tone: "neutral", down: true, pane: 1 },
              ]} />
          );
        }}
      </Loaded>
    </Panel>
  );
}
