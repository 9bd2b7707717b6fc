/** The result: numbers, days, the graph day by day, the difference to the live version, and who it would have been. */
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TimeChart } from "~/components/charts/TimeChart";
import { Panel } from "~/components/Page";
import { day, moment, number } from "~/lib/i18n/format";
import type { Result } from "../../api/backtest";
import { daysOf, endedOf, failedOf, messagesOf, type Played } from "../../model/backtest";
import { activitiesOf } from "../../model/funnel";
import { type Figure, Figures } from "../Figures";
import { Discards, Errors } from "../report/Causes";
import { Comparison } from "./Comparison";
import { Replay } from "./Replay";
import { Sample } from "./Sample";

export function Outcome({ result }: { result: Result }) {
  const { t } = useTranslation("journey-runs");
  const { draft, live, asked } = result;
  const activities = activitiesOf(asked.draft);
  const capped = draft.activities.some((row) => row.capped);
  const series = [
    { key: "entered", label: t("report.entered"), kind: "bar" },
    { key: "ended", label: t("backtest.ended"), kind: "bar", tone: "neutral", down: true },
    { key: "messages", label: t("backtest.messages"), kind: "bar", pane: 1 },
  ] as const;
  const span = [asked.since ? day(asked.since) : t("backtest.start"), asked.until ? day(asked.until) : t("backtest.today")];
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" role="status">{t("backtest.done", { from: span[0], to: span[1], seconds: number(draft.seconds, 1) })}</Text>
      <Figures label={t("backtest.figures")} figures={figures(draft, live, t)} />
      <Panel title={t("backtest.by_day")}>
        <TimeChart label={t("backtest.by_day")} points={daysOf(draft)} series={capped ? [...series, { key: "capped", label: t("backtest.capped"), kind: "bar", tone: "neutral", pane: 1 }] : series} height={280} empty={t("backtest.nobody")} />
        <Peaks played={draft} />
      </Panel>
      {draft.days.length > 0 && <Replay played={draft} definition={asked.draft} />}
      {live && <Comparison draft={draft} live={live} activities={activities} />}
      <Sample people={draft.sample} activities={activities} total={draft.people} />
      <Discards rows={draft.discards} one />
      {draft.errors.length > 0 && <Errors rows={draft.errors} activities={activities} one />}
    </Stack>
  );
}

function figures(draft: Played, live: Played | null, t: (key: string, values?: Record<string, unknown>) => string): Figure[] {
  const each: [string, (played: Played) => number][] = [
    ["report.entered", (played) => played.entered],
    ["backtest.people", (played) => played.people],
    ["backtest.messages", messagesOf],
    ["backtest.ended", endedOf],
    ["report.failed", failedOf],
  ];
  return each.map(([key, pick]) => ({ label: t(key), value: pick(draft), hint: live ? t("backtest.live", { value: number(pick(live)) }) : undefined }));
}

/** When it would have been busiest: what mail servers and shops have to stand. */
function Peaks({ played }: { played: Played }) {
  const { t } = useTranslation("journey-runs");
  if (played.peaks.length === 0) return null;
  const told = played.peaks.map((peak) => t("backtest.peak", { what: t(`channel.${peak.channel}`, peak.channel), most: number(peak.most), minute: moment(peak.minute) }));
  return <Text size="xs" c="dimmed" mt="xs">{t("backtest.peaks", { list: told.join(" · ") })}</Text>;
}
