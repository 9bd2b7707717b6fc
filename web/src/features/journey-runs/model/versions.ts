/** Versions of a journey: what may be done with each, and what was changed between two. */
import type { Schemas } from "~/lib/api/client";

export type Version = Schemas["JourneysVersionsRow"];
export type Difference = Schemas["Difference"];

const RAN = new Set(["closed", "stopped", "finished"]);
/** Versions in which people may be. */
const INSIDE = new Set(["live", "paused", "closed"]);

export const liveOf = (versions: readonly Version[]): Version | undefined => versions.find(({ status }) => status === "live" || status === "paused");
/** An earlier version that can be live again. */
export const canRollBack = (version: Version, versions: readonly Version[]): boolean => {
  const live = liveOf(versions);
  return live !== undefined && RAN.has(version.status) && version.version < live.version;
};
/** With no version live, a closed one can let people in again. */
export const canReopen = (version: Version, versions: readonly Version[]): boolean => liveOf(versions) === undefined && RAN.has(version.status);
/** Earlier versions whose people could go on in the live one. */
export const canMigrate = (version: Version, versions: readonly Version[]): boolean => {
  const live = liveOf(versions);
  return live !== undefined && version.version !== live.version && INSIDE.has(version.status);
};

export interface Place {
  /** The activity it is about; `null`: the journey itself. */
  activity: string | null;
  /** Its setting; empty: the whole of it. */
  setting: string;
}
export const CHANGES = ["added", "removed", "changed", "moved"] as const;

/** `activities.pause.for` is the setting `for` of `pause`. */
export function placeOf(place: string): Place {
  const [first, second, ...rest] = place.split(".");
  if (first !== "activities" || second === undefined) return { activity: null, setting: place };
  return { activity: second, setting: rest.join(".") };
}

/** What stood or stands there, short enough for a table. */
export function shown(value: unknown, most = 160): string {
  if (value === null || value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
