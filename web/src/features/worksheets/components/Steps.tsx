/** What was done, step by step: the newest first, each with what it did; and the way back and forth. */
import { Anchor, Button, Group, Paper, Text, Timeline } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FilterWords } from "~/components/crm/filters";
import { Confirm } from "~/components/Confirm";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { number, relative, moment } from "~/lib/i18n/format";
import { back, redo, useActions, useUndone } from "../api/worksheets";
import type { Action } from "../model/types";
import { useSheet } from "./context";

const SIGNS: Readonly<Record<Action["action"], string>> = { add: "+", reduce: "−", refine: "∩", refresh: "↻" };

export function Steps() {
  const { t } = useTranslation("worksheets");
  const { header, may } = useSheet();
  const actions = useActions(header.no);
  const { step, error } = useStepping();
  const undone = useUndone(header.no).data ?? [];
  const [wanted, want] = useState(0);
  return (
    <Panel title={t("steps.title")}>
      {may && (
        <Group gap="xs" mb="sm">
          <Button size="xs" variant="default" disabled={header.no_of_criteria_actions === 0} onClick={() => want(1)}>
            <span aria-hidden>↶&nbsp;</span>
            {t("steps.back")}
          </Button>
          <Button size="xs" variant="default" disabled={undone.length === 0} onClick={() => void step(-1)}>
            <span aria-hidden>↷&nbsp;</span>
            {t("steps.redo")}
          </Button>
        </Group>
      )}
      {undone[0] && <Next action={undone[0]} more={undone.length - 1} />}
      {error != null && <Failed error={error} what={t("steps.title")} />}
      <Loaded query={actions} what={t("steps.title")} height={120}>
        {(found) => (found.length ? <Line actions={found} onBack={may ? want : undefined} /> : <Text size="sm" c="dimmed">{t("steps.none")}</Text>)}
      </Loaded>
      <Confirm opened={wanted > 0} title={t("steps.back_title", { count: Math.min(wanted, 2), shown: wanted })} act={t("steps.back")} onClose={() => want(0)} onAct={() => { want(0); void step(wanted); }}>
        {t("steps.back_about")}
      </Confirm>
    </Panel>
  );
}

/** The step that would be done again next. */
function Next({ action, more }: { action: Action; more: number }) {
  const { t } = useTranslation(["worksheets", "crm"]);
  return (
    <Paper withBorder p="xs" mb="sm" style={{ borderStyle: "dashed" }} component="section" aria-label={t("steps.next")}>
      <Text size="xs" fw={600}>
        {t("steps.next") + t("crm:filter.colon")}
        {t(`action.${action.action}`)} {change(action)}
      </Text>
      <FilterWords shape={action.filters} />
      {more > 0 && (
        <Text size="xs" c="dimmed">
          {t("steps.next_more", { count: Math.min(more, 2), shown: number(more) })}
        </Text>
      )}
    </Paper>
  );
}

/** "+12 −3". */
const change = ({ inserted: came, deleted: went }: Action): string => [came ? `+${number(came)}` : "", went ? `−${number(went)}` : ""].filter(Boolean).join(" ") || "±0";

/** Go back so many steps, or one forth; what it did is said. */
export function useStepping() {
  const { t } = useTranslation("worksheets");
  const { header, act, say } = useSheet();
  const [error, fail] = useState<unknown>(null);
  const step = async (steps: number) => {
    fail(null);
    try {
      const done = await act((answers) => (steps > 0 ? back(header.no, steps, header.version, answers) : redo(header.no, -steps, header.version, answers)));
      if (done) say({ text: t(steps > 0 ? "steps.went_back" : "steps.went_forth", { came: number(done.inserted), went: number(done.deleted) }) });
    } catch (problem) {
      fail(problem);
    }
  };
  return { step, error };
}

/** The newest steps are looked at most. */
const FIRST = 5;

function Line({ actions, onBack }: { actions: readonly Action[]; onBack?: (steps: number) => void }) {
  const { t } = useTranslation("worksheets");
  const [all, showAll] = useState(false);
  const newest = [...actions].reverse();
  return (
    <>
      <Timeline bulletSize={22} lineWidth={2} active={actions.length}>
        {(all ? newest : newest.slice(0, FIRST)).map((action, place) => (
          <Timeline.Item key={action.id} bullet={<span aria-hidden>{SIGNS[action.action]}</span>} title={<Title action={action} />}>
            {action.action !== "refresh" && <FilterWords shape={action.filters} />}
            <Options action={action} />
            <Text size="xs" c="dimmed" title={moment(new Date(action.at / 1000).toISOString())}>
              {relative(new Date(action.at / 1000).toISOString())}
              {action.by && ` · ${action.by}`}
            </Text>
            {onBack && place > 0 && (
              <Anchor component="button" type="button" size="xs" onClick={() => onBack(place)} aria-label={t("steps.to_label", { number: action.number })}>
                {t("steps.to")}
              </Anchor>
            )}
          </Timeline.Item>
        ))}
      </Timeline>
      {!all && actions.length > FIRST && (
        <Button size="compact-xs" variant="subtle" mt="xs" onClick={() => showAll(true)}>
          {t("steps.all", { shown: number(actions.length) })}
        </Button>
      )}
    </>
  );
}

function Title({ action }: { action: Action }) {
  const { t } = useTranslation("worksheets");
  return (
    <Group gap={6} justify="space-between" wrap="nowrap">
      <Text size="sm" fw={600}>
        {action.number}. {t(`action.${action.action}`)}
        {action.source !== "run" && (
          <Text span size="xs" c="dimmed" fw={400}>
            {" "}
            {t(`source.${action.source}`)}
          </Text>
        )}
      </Text>
      <Text size="xs" className="num">
        {change(action)}
      </Text>
    </Group>
  );
}

function Options({ action }: { action: Action }) {
  const { t } = useTranslation("worksheets");
  const on = Object.keys(action.options).filter((name) => action.options[name]);
  return on.length === 0 ? null : (
    <Text size="xs" c="dimmed">
      {on.map((name) => t(`option.${name}`)).join(" · ")}
    </Text>
  );
}
