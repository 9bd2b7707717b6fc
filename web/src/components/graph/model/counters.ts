/** Numbers at nodes and edges, from what the server counts by activity and by label of a way. */
import { ENTRY, entryIds, type JourneyDefinition, pathsOf } from "./definition";

export interface NodeCounters {
  arrived: number;
  waiting: number;
  left: number;
  errors?: number;
}
export interface Counters {
  nodes: Readonly<Record<string, NodeCounters>>;
  /** By `source|handle`. */
  ways: Readonly<Record<string, number>>;
}

export interface ActivityCount extends NodeCounters {
  activity: string;
}
export interface WayCount {
  activity: string;
  label: string;
  runs: number;
}

export const wayKey = (source: string, handle: string): string => `${source}|${handle}`;

/** The way that runs with this outcome took; `null` where the run ended there. */
export function handleOf(journey: JourneyDefinition, id: string, label: string): string | null {
  const activity = journey.activities[id];
  if (!activity) return null;
  const path = pathsOf(activity).findIndex(({ label: name }, place) => (name || `path ${place + 1}`) === label);
  if (path >= 0) return `paths.${path}`;
  if (label === "otherwise" || label === "again") return label;
  const branch = /^branch (\d+)$/.exec(label);
  if (branch) return `branches.${Number(branch[1]) - 1}`;
  if (label === "error") return activity.on_error == null ? null : "on_error";
  if (label === "timeout") return activity.on_timeout != null ? "on_timeout" : "timeout" in activity ? "then" : null;
  return label === "finished" ? null : "then";
}

export function countersOf(journey: JourneyDefinition, activities: readonly ActivityCount[], ways: readonly WayCount[] = []): Counters {
  const [entry = "entry"] = entryIds(journey);
  // Where nobody has been yet there is a number, too.
  const nodes: Record<string, NodeCounters> = Object.fromEntries([ENTRY, ...Object.keys(journey.activities)].map((id) => [id, { arrived: 0, waiting: 0, left: 0 }]));
  for (const { activity, arrived, waiting, left, errors } of activities) {
    const id = activity === entry ? ENTRY : activity;
    nodes[id] = { arrived, waiting, left, ...(errors === undefined ? {} : { errors }) };
  }
  const counted: Record<string, number> = {};
  for (const { activity, label, runs } of ways) {
    const handle = activity === entry ? "start" : handleOf(journey, activity, label);
    if (handle === null) continue;
    const key = wayKey(activity === entry ? ENTRY : activity, handle);
    counted[key] = (counted[key] ?? 0) + runs;
  }
  return { nodes, ways: counted };
}
