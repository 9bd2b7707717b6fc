/** Ways out of an activity, as handles of its node: read from its settings, and written back. */
import { type Activity, ENTRY, type JourneyDefinition, pathsOf, targetsOf, type Way, wayOf } from "./definition";
import { settingsOf } from "./kinds";

export type OutletKind = "next" | "path" | "otherwise" | "timeout" | "error" | "again" | "branch";

export interface Outlet {
  /** `then`, `otherwise`, `on_error`, `paths.0`, `branches.1`; `start` of the entry. */
  handle: string;
  kind: OutletKind;
  /** What its author called it; empty for the ways that every language has its own word for. */
  label: string;
  targets: readonly string[];
}

const KINDS: Record<string, OutletKind> = { then: "next", otherwise: "otherwise", on_error: "error", on_timeout: "timeout", again: "again" };
/** From left to right below a node: the usual ways, then those for trouble. */
const ORDER = ["again", "then", "otherwise", "on_timeout", "on_error"];

/** Activities are never changed in place, so what was read of one stays right. */
const read = new WeakMap<Activity, readonly Outlet[]>();

export function outletsOf(activity: Activity): readonly Outlet[] {
  let found = read.get(activity);
  if (!found) read.set(activity, (found = reading(activity)));
  return found;
}

function reading(activity: Activity): readonly Outlet[] {
  const settings = settingsOf(activity.type);
  const paths = settings.some(({ name }) => name === "paths") ? pathsOf(activity).map(pathOutlet) : [];
  const branches = settings.some(({ form }) => form === "ways") ? branchesOf(activity).map(branchOutlet) : [];
  const named = ORDER.filter((name) => settings.some((setting) => setting.name === name && setting.form === "way"));
  const ways = named.map((name): Outlet => ({ handle: name, kind: KINDS[name] ?? "next", label: "", targets: targetsOf(activity[name] as Way) }));
  return [...paths, ...branches, ...ways];
}

const pathOutlet = ({ label, to, percent }: ReturnType<typeof pathsOf>[number], place: number): Outlet => ({
  handle: `paths.${place}`,
  kind: "path",
  label: [label, typeof percent === "number" ? `${percent} %` : ""].filter(Boolean).join(" · "),
  targets: targetsOf(to),
});

const branchesOf = ({ branches }: Activity): readonly Way[] => (Array.isArray(branches) ? (branches as Way[]) : []);

const branchOutlet = (way: Way, place: number): Outlet => ({ handle: `branches.${place}`, kind: "branch", label: "", targets: targetsOf(way) });

export const nodeOutlets = (journey: JourneyDefinition, id: string): readonly Outlet[] => {
  if (id === ENTRY) return [{ handle: "start", kind: "next", label: "", targets: targetsOf(journey.start) }];
  const activity = journey.activities[id];
  return activity ? outletsOf(activity) : [];
};

export const outletOf = (journey: JourneyDefinition, id: string, handle: string): Outlet | undefined =>
  nodeOutlets(journey, id).find((outlet) => outlet.handle === handle);

/** The activity with other targets behind one of its ways. */
export function leading(activity: Activity, handle: string, targets: readonly string[]): Activity {
  const [setting = "", place] = handle.split(".");
  const way = wayOf(targets);
  if (place === undefined) return without({ ...activity, [setting]: way }, way === undefined ? setting : "");
  const list = [...((activity[setting] as unknown[] | undefined) ?? [])];
  const at = Number(place);
  if (setting === "paths") list[at] = without({ ...(list[at] as object), to: way }, way === undefined ? "to" : "");
  else list[at] = way ?? [];
  return { ...activity, [setting]: list };
}

/** The journey with other targets behind one way of a node. */
export function led(journey: JourneyDefinition, id: string, handle: string, targets: readonly string[]): JourneyDefinition {
  if (id === ENTRY) return { ...journey, start: wayOf(targets) ?? [] };
  const activity = journey.activities[id];
  if (!activity) return journey;
  return { ...journey, activities: { ...journey.activities, [id]: leading(activity, handle, targets) } };
}

function without<T extends object>(from: T, name: string): T {
  if (!name) return from;
  const { [name as keyof T]: _, ...rest } = from;
  return rest as T;
}
