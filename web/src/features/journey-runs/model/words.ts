/** What the log calls things, in the words of `components/steps`; names that people gave stay as they are. */

type Say = (key: string, values?: Record<string, unknown>) => string;

const WAYS = new Set([
  "next", "otherwise", "timeout", "event", "error", "elapsed", "entered", "finished", "passed", "overtaken", "waiting",
  "held", "held_out", "exited", "stopped", "timed_out", "instance_timed_out", "merged", "migrated", "forked", "again", "started",
]);

/** The label of a way out, or of an end. */
export const wayIn = (label: string, t: Say): string => (WAYS.has(label) ? t(`steps:way.${label}`) : label);

/** What became of somebody at a step; of who was not let in, why. */
export function outcomeIn(step: { kind: string; outcome: string }, t: Say): string {
  return step.kind === "discard" ? t("outcome.discard", { reason: reasonIn(step.outcome, t) }) : wayIn(step.outcome, t);
}

/** Codes of reasons and errors; those without words are shown as they are. */
export function reasonIn(code: string, t: Say): string {
  const status = /^http_(\d+)$/.exec(code)?.[1];
  if (status) return t("errors.http", { status });
  return /^\w+$/.test(code) ? t(`steps:reason.${code}`, { defaultValue: code }) : code;
}
