/** Choose people, let things happen, move the clock: and see where everybody stands and what they would get. */
import { Alert, Button, Grid, Group, SegmentedControl, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { moment } from "~/lib/i18n/format";
import { Failure } from "~/lib/api/request";
import { usePlayed } from "../../api/session";
import { activitiesOf, nameOf } from "../../model/funnel";
import { failedStep, invited, type Session, type Step } from "../../model/session";
import { wayIn } from "../../model/words";
import { Log } from "../Log";
import { Picture } from "../Picture";
import { Acts } from "./Acts";
import { People } from "./People";
import { Written } from "./Written";

interface Kept {
  mode: Session["mode"];
  wait: string;
  steps: Step[];
}
const FRESH: Kept = { mode: "simulation", wait: "", steps: [] };

export function Trial({ journey, draft }: { journey: string; draft: Record<string, unknown> }) {
  const { t, i18n } = useTranslation(["journey-runs", "steps"]);
  const [kept, keep] = useSessionStorage<Kept>({ key: `parcours.trial.${journey}`, defaultValue: FRESH });
  const played = usePlayed({ draft, mode: kept.mode, wait: kept.wait, lang: i18n.language === "fr" ? "fr" : "en", steps: kept.steps });
  const add = (step: Step) => keep({ ...kept, steps: [...kept.steps, step] });
  const without = (place: number) => keep({ ...kept, steps: kept.steps.filter((_, each) => each !== place) });
  const session = played.data;
  const broken = played.error instanceof Failure ? failedStep(played.error.problem.where) : null;
  const standing = useMemo(() => new Map(session?.activities.map(({ activity, ...one }) => [activity, one]) ?? []), [session]);
  const activities = activitiesOf(draft);
  return (
    <Stack gap="md">
      <Panel title={t("trial.title")} right={<Modes kept={kept} onChange={keep} />}>
        <Text size="sm" c="dimmed" mb="sm" maw="50rem">{t(`trial.hint.${kept.mode}`)}</Text>
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, lg: 7 }}>
            <Acts draft={draft} people={invited(kept.steps)} mode={kept.mode} busy={played.isFetching} onAct={add} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 5 }}>
            <Written steps={kept.steps} broken={broken} onRemove={without} onClear={() => keep({ ...kept, steps: [] })} />
          </Grid.Col>
        </Grid>
        {played.error != null && (
          <Stack gap="xs" mt="sm">
            <Failed error={played.error} what={broken === null ? t("trial.what") : t("trial.step", { number: broken + 1 })} again={broken === null ? () => void played.refetch() : undefined} />
            {broken !== null && <Group><Button size="xs" variant="default" onClick={() => without(broken)}>{t("trial.take_back", { number: broken + 1 })}</Button></Group>}
          </Stack>
        )}
      </Panel>
      {!session && !played.error && <Skeleton h={900} aria-label={t("trial.what")} />}
      {session && (
        <>
          <Panel title={t("trial.where")} right={<Text size="sm" role="status">{t("trial.clock", { moment: moment(session.now) })}</Text>}>
            <Picture definition={draft} standing={standing} edges={session.edges} label={t("trial.where")} />
            <People people={session.people} activities={activities} />
          </Panel>
          <Panel title={t("trial.log")}>
            <Log lines={session.log} who />
          </Panel>
          {session.people.length > 0 && session.unreached.length > 0 && (
            <Alert variant="light" color="gray" title={t("trial.unreached")}>
              <Text size="sm">{session.unreached.map(({ activity, way }) => `${nameOf(activity, activities)}: ${wayIn(way, t)}`).join(" · ")}</Text>
            </Alert>
          )}
        </>
      )}
    </Stack>
  );
}

function Modes({ kept, onChange }: { kept: Kept; onChange: (kept: Kept) => void }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  return (
    <Group gap="xs">
      {kept.mode === "test" && <TextInput size="xs" w={110} aria-label={t("trial.wait")} placeholder={t("trial.wait_example")} title={t("trial.wait")} defaultValue={kept.wait} onBlur={(event) => onChange({ ...kept, wait: event.currentTarget.value.trim() })} />}
      <SegmentedControl size="xs" aria-label={t("trial.mode")} value={kept.mode} onChange={(mode) => onChange({ ...kept, mode: mode as Kept["mode"] })} data={(["simulation", "test"] as const).map((value) => ({ value, label: t(`trial.modes.${value}`) }))} />
    </Group>
  );
}
