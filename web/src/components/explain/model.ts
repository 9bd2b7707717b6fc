/** What an explanation says, ready to be shown: groups and values of the server in words of the reader. */
import type { Schemas } from "~/lib/api/client";

export type Part = Schemas["Part"];

/** Groups are named in one language by the server; the page has words of its own for them. */
const GROUPS: Record<string, string> = { "all of these": "all", "any of these": "any", "none of these": "none", not: "not" };

/** Key of the words of a group; `null` for a condition, which is a sentence already. */
export const groupOf = (part: Part): string | null => (part.parts?.length ? (GROUPS[part.text] ?? null) : null);

const KINDS = new Set(["count", "sum", "average", "min", "max", "first", "last", "distinct"]);

export interface Source {
  /** `count`, `sum` … of events; `attribute`; `membership` in a segment; `now`. */
  kind: string;
  event?: string;
  name?: string;
}

/** Where a value was read: `sum of purchase total` is the sum of `total` of `purchase`. */
export function sourceOf(text: string): Source {
  const [kind, of, event, ...rest] = text.split(" ");
  if (kind && of === "of" && event && KINDS.has(kind)) return rest.length ? { kind, event, name: rest.join(" ") } : { kind, event };
  if (text.startsWith("status in ")) return { kind: "membership", name: text.slice("status in ".length) };
  if (text === "now") return { kind: "now" };
  return { kind: "attribute", name: text };
}

/** Values worth a line: times are shown as such, lists are counted, whole objects are left to the timeline. */
export type Shown = { as: "number"; value: number } | { as: "moment"; value: string } | { as: "text"; value: string } | { as: "yes" | "no" | "nothing" } | { as: "several"; value: number };

export function shownAs(value: unknown): Shown {
  if (value === null || value === undefined) return { as: "nothing" };
  if (typeof value === "number") return { as: "number", value };
  if (typeof value === "boolean") return { as: value ? "yes" : "no" };
  if (Array.isArray(value)) return value.every((each) => typeof each === "string") && value.length < 6 && value.length > 0 ? { as: "text", value: value.join(", ") } : { as: "several", value: value.length };
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? { as: "moment", value } : { as: "text", value };
  return { as: "text", value: JSON.stringify(value) };
}

export interface Seen {
  time: string | null;
  /** Own properties of the event, those of its line items only counted. */
  values: [name: string, value: Shown][];
}

/** The events that counted, the newest first. */
export const seen = (part: Part): Seen[] =>
  [...(part.events ?? [])].reverse().map((event) => ({
    time: typeof event._time === "string" ? event._time : null,
    values: Object.entries(event)
      .filter(([name, value]) => !name.startsWith("_") && value !== null)
      .map(([name, value]): [string, Shown] => [name, shownAs(value)]),
  }));

/** How many conditions hold, of all: for the head of the card. */
export function conditions(part: Part): { held: number; all: number } {
  if (!part.parts?.length) return { held: part.held ? 1 : 0, all: 1 };
  return part.parts.map(conditions).reduce((one, other) => ({ held: one.held + other.held, all: one.all + other.all }), { held: 0, all: 0 });
}
