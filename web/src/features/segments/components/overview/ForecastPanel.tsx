/** What time alone will do to the segment if nothing else happens: who leaves and enters, day by day. */
import { SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TimeChart } from "~/components/charts/TimeChart";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { day as dayInWords, number } from "~/lib/i18n/format";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { useForecast } from "../../api/segment";
import { type Ahead, isLength, LENGTHS, outlook, pointsAhead } from "../../model/forecast";

const HEIGHT = 240;

export function ForecastPanel({ segment }: { segment: string }) {
  const { t } = useTranslation("segments");
  const [{ ahead }, show] = useView({ ahead: 30 });
  const days = isLength(ahead) ? ahead : 30;
  const query = useForecast(segment, days);
  useRefresh(() => void query.refetch(), 30_000);
  const choice = (
    <SegmentedControl size="xs" value={String(days)} onChange={(next) => show({ ahead: Number(next) })} aria-label={t("growth.range")}
      data={LENGTHS.map((length) => ({ value: String(length), label: t("forecast.days", { days: length }) }))} />
  );
  return (
    <Panel title={t("forecast.title")} right={choice}>
      <Loaded query={query} what={t("forecast.title")} height={HEIGHT + 62}>
        {({ items }) => (
          <>
            <Said days={items} />
            <TimeChart label={t("forecast.label")} points={pointsAhead(items)} height={HEIGHT}
              series={[
                { key: "members", label: t("forecast.members"), kind: "line", expected: true },
                { key: "entering", label: t("forecast.entering"), kind: "bar", expected: true, pane: 1 },
                { key: "leaving", label: t("forecast.leaving"), kind: "bar", tone: "neutral", expected: true, down: true, pane: 1 },
              ]} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Said({ days }: { days: readonly Ahead[] }) {
  const { t } = useTranslation("segments");
  const { leaving, entering, halved } = outlook(days);
  return (
    <Text size="sm" mb="xs" maw="75ch">
      {t(`forecast.${leaving && entering ? "both" : leaving ? "leave" : entering ? "enter" : "still"}`, { days: days.length, leaving: number(leaving), entering: number(entering) })}
      {halved && ` ${t("forecast.halved", { day: dayInWords(`${halved}T12:00:00`) })}`}
    </Text>
  );
}
