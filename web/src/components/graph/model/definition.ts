/** A journey as the API gives it: plain data, of which this module reads and writes the parts that make a graph. */

/** Where a way leads: an activity, several that race, or nowhere: the path ends. */
export type Way = string | readonly string[] | null | undefined;

export interface Activity {
  type: string;
  label?: string;
  description?: string;
  [setting: string]: unknown;
}

/** One path of a condition or a split. */
export interface Path {
  label?: string;
  to?: Way;
  [setting: string]: unknown;
}

export interface JourneyDefinition {
  journey: string;
  name?: string;
  description?: string;
  entry: Record<string, unknown>;
  start: Way;
  activities: Record<string, Activity>;
  [setting: string]: unknown;
}

/** The node of the entry; no activity may be called so. */
export const ENTRY = "@entry";

export const targetsOf = (way: Way): readonly string[] => (way == null ? [] : typeof way === "string" ? [way] : way);

/** As short as it can be written. */
export const wayOf = (targets: readonly string[]): Way => (targets.length === 0 ? undefined : targets.length === 1 ? targets[0] : [...targets]);

export const pathsOf = (activity: Activity): readonly Path[] => (Array.isArray(activity.paths) ? (activity.paths as Path[]) : []);

/** What the server sent as a definition; anything that is missing is empty, so that half of a journey can be drawn. */
export function journeyOf(plain: unknown): JourneyDefinition {
  const said = (typeof plain === "object" && plain ? plain : {}) as Partial<JourneyDefinition>;
  return { ...said, journey: said.journey ?? "", entry: said.entry ?? {}, start: said.start ?? [], activities: said.activities ?? {} };
}

/** The ids under which steps of the entry are told. */
export const entryIds = ({ entry }: JourneyDefinition): readonly string[] => [
  typeof entry.id === "string" ? entry.id : "entry",
  typeof entry.read_id === "string" ? entry.read_id : "read",
];
