/** What a journey did so far: runs, the funnel, the goal, who was not let in, errors and calls, and every step of anybody. */
import { Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TimeChart } from "~/components/charts/TimeChart";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useLiveJourney } from "~/lib/live";
import { useView } from "~/lib/view";
import { byDay } from "../../model/days";
import { activitiesOf, funnel, totals } from "../../model/funnel";
import { type Report, reportOf } from "../../model/rows";
import { Figures } from "../Figures";
import { Steps } from "../people/Steps";
import { Calls, Discards, Errors } from "./Causes";
import { Funnel } from "./Funnel";
import { GoalPanel } from "./GoalPanel";

export function ReportTab({ journey }: { journey: string }) {
  const { t } = useTranslation("journey-runs");
  const [view, change] = useView({ rv: 0, at: "", from: "" });
  const version = view.rv || undefined;
  const definition = useQuery(reading("/api/journeys/{journey}", { path: { journey } }));
  const report = useQuery({
    ...reading("/api/journeys/{journey}/summary", { path: { journey }, query: { version } }),
    refetchInterval: 15_000,
  });
  const moving = useLiveJourney(journey);
  const activities = activitiesOf(definition.data?.definition);
  return (
    <Stack gap="md">
      <Loaded query={report} what={t("report.what")} height={1400}>
        {(told) => {
          const found = reportOf(told);
          if (found.activities.length === 0 && found.discards.length === 0)
            return <Empty title={t("report.empty.title")} text={t("report.empty.text")} />;
          return (
            <Stack gap="md">
              <Group justify="space-between" align="flex-end">
                <Versions found={found} value={view.rv} onChange={(next) => change({ rv: next, from: "" })} />
                {moving && <Text size="xs" c="dimmed">{t("report.live", { inside: number(moving.inside) })}</Text>}
              </Group>
              <Runs found={found} version={version} />
              <Panel title={t("report.days")}>
                <Entries found={found} />
              </Panel>
              <Panel title={t("report.funnel")}>
                <Funnel stations={funnel(found.activities, found.edges, activities)} chosen={view.at} onChoose={(activity) => change({ at: view.at === activity ? "" : activity, from: "" })} />
              </Panel>
              {found.goal && <GoalPanel goal={found.goal} />}
              <Discards rows={found.discards} version={version} />
              <Errors rows={found.errors} version={version} activities={activities} />
              <Calls rows={found.calls} />
            </Stack>
          );
        }}
      </Loaded>
      <Steps journey={journey} activities={activities} />
    </Stack>
  );
}

function Entries({ found }: { found: Report }) {
  const { t } = useTranslation("journey-runs");
  const entered = { key: "entered", label: t("report.entered"), kind: "bar" } as const;
  const held = { key: "held_out", label: t("report.held_out"), kind: "bar", tone: "neutral" } as const;
  const compared = found.days.some((day) => day.held_out);
  return <TimeChart label={t("report.days")} points={byDay(found.days, ["entered", "held_out"])} series={compared ? [entered, held] : [entered]} height={180} />;
}

function Versions({ found, value, onChange }: { found: Report; value: number; onChange: (version: number) => void }) {
  const { t } = useTranslation("journey-runs");
  const all = { value: "0", label: t("report.all_versions") };
  const each = found.runs.map((row) => ({ value: String(row.version), label: t("version", { version: row.version }) }));
  return <Select size="xs" w={190} label={t("report.of")} data={[all, ...each]} value={String(value)} allowDeselect={false} onChange={(next) => onChange(Number(next))} />;
}

function Runs({ found, version }: { found: Report; version?: number }) {
  const { t } = useTranslation("journey-runs");
  const sum = totals(found.runs, version);
  const rare = (["exited", "held_out", "stopped", "instance_timed_out"] as const).filter((name) => sum[name] > 0);
  const failed = sum.error + sum.timed_out;
  return (
    <Figures
      label={t("report.runs")}
      figures={[
        { label: t("report.entered"), value: sum.entered },
        { label: t("report.in_progress"), value: sum.in_progress },
        { label: t("report.finished"), value: sum.finished },
        ...rare.map((name) => ({ label: t(`report.${name}`), value: sum[name] })),
        { label: t("report.failed"), value: failed },
        { label: t("report.discarded"), value: sum.discarded },
      ]}
    />
  );
}
