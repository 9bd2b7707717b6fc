/** The funnel: what became of those who entered, activity by activity, in the order of the journey. */
import type { ActivityRow, EdgeRow, RunsRow } from "./rows";

export interface Way {
  label: string;
  runs: number;
  /** Of those who left the activity. */
  share: number;
}
export interface Station extends ActivityRow {
  label: string;
  /** Of those who entered. */
  share: number;
  ways: Way[];
}
/** What is known of an activity from its definition. */
export interface Drawn {
  label?: string;
  type?: string;
}
export type Activities = Record<string, Drawn>;

/** The activities of a definition as its author wrote it; nothing where it is not such a thing. */
export function activitiesOf(definition: unknown): Activities {
  const found = (definition as { activities?: unknown } | null | undefined)?.activities;
  return found && typeof found === "object" ? (found as Activities) : {};
}

/** The label, or the id as words: `still-gold` is "Still gold". */
export function nameOf(activity: string, activities: Activities): string {
  const label = activities[activity]?.label;
  if (label) return label;
  const words = activity.replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Activities in the order of the definition, then those of earlier versions; those nobody reached with zeros. */
export function funnel(rows: readonly ActivityRow[], edges: readonly EdgeRow[], activities: Activities): Station[] {
  const known = new Map(rows.map((row) => [row.activity, row]));
  const order = [...new Set(["entry", ...Object.keys(activities), ...known.keys()])];
  const entered = known.get("entry")?.arrived ?? 0;
  return order.map((activity) => {
    const row = known.get(activity) ?? nobody(activity, activities[activity]?.type ?? activity);
    const ways = edges.filter((edge) => edge.activity === activity).map(({ label, runs }) => ({ label, runs, share: part(runs, row.left) }));
    return { ...row, label: nameOf(activity, activities), share: part(row.arrived, entered), ways };
  });
}

export const part = (some: number, all: number): number => (all > 0 ? some / all : 0);

const nobody = (activity: string, kind: string): ActivityRow => ({
  activity, kind, arrived: 0, people: 0, waiting: 0, held: 0, left: 0, overtaken: 0, errors: 0, passed: 0,
});

/** Runs of all versions together, or of one. */
export function totals(runs: readonly RunsRow[], version?: number): Omit<RunsRow, "version"> {
  const sum: Omit<RunsRow, "version"> = {
    entered: 0, in_progress: 0, finished: 0, error: 0, timed_out: 0, exited: 0, instance_timed_out: 0, stopped: 0,
    merged: 0, failed: 0, held_out: 0, discarded: 0,
  };
  for (const row of runs) {
    if (version !== undefined && row.version !== version) continue;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += row[name] ?? 0;
  }
  return sum;
}
