/** The kinds of activities: what may be said of each (made from the server's schema), and where they stand in the palette. */
import file from "~completions/activities.json";

export type Form =
  | "text" | "template" | "duration" | "moment" | "number" | "whole" | "flag" | "choice" | "choices" | "list" | "map"
  | "part" | "parts" | "rule" | "event_rule" | "way" | "ways" | "any";

export interface Setting {
  name: string;
  required: boolean;
  form: Form;
  /** Name of the part, of `part` and `parts`. */
  part?: string;
  options?: string[];
  default?: unknown;
  /** A part that may be written as a text as well. */
  or?: "text";
}

const known = file as unknown as {
  activities: Record<string, Setting[]>;
  parts: Record<string, Setting[]>;
  journey: Setting[];
};

export type Group = "listen" | "decide" | "message" | "act" | "flow";

/** In the order of the palette; a kind that the server has and no group names stands in the last one. */
const PLACES: Record<Group, readonly string[]> = {
  message: ["email", "sms", "push", "choose_channel"],
  listen: ["wait", "wait_for_event", "wait_for_segment", "wait_for_signal"],
  decide: ["condition", "split", "time_condition", "date_condition", "profile_cap"],
  act: ["webhook", "custom_action", "update_profile", "add_to_list", "remove_from_list", "send_event"],
  flow: ["fork", "join", "loop", "jump", "call", "end"],
};
const named = new Set(Object.values(PLACES).flat());
const others = Object.keys(known.activities).filter((kind) => !named.has(kind));

export const GROUPS: readonly [Group, readonly string[]][] = (Object.entries(PLACES) as [Group, readonly string[]][]).map(([group, kinds]) => [
  group,
  [...kinds, ...(group === "act" ? others : [])].filter((kind) => kind in known.activities),
]);

export const KINDS: readonly string[] = GROUPS.flatMap(([, kinds]) => kinds);

export const groupOf = (kind: string): Group | "entry" =>
  kind === "entry" ? "entry" : (GROUPS.find(([, kinds]) => kinds.includes(kind))?.[0] ?? "act");

/** Activities that may stand in a race: they hold people until something happens. */
export const isWait = (kind: string): boolean => PLACES.listen.includes(kind);
export const isMessage = (kind: string): boolean => PLACES.message.includes(kind);

/** Settings that the schema leaves open, and what they hold. */
const CLEARER: Record<string, Partial<Setting>> = { "loop.until": { form: "rule" } };

const settings = new Map(Object.entries(known.activities).map(([kind, each]) => [kind, each.map((setting) => ({ ...setting, ...CLEARER[`${kind}.${setting.name}`] }))]));

export const settingsOf = (kind: string): readonly Setting[] => settings.get(kind) ?? NONE;
const NONE: readonly Setting[] = [];

/** Messages inside of a choice of channel are written as activities are. */
export const partOf = (part: string): readonly Setting[] =>
  known.parts[part] ?? settingsOf(part.toLowerCase()).filter(({ form, name }) => form !== "way" && name !== "label" && name !== "description");

export const journeySettings: readonly Setting[] = known.journey;

export const isFork = (kind: string): boolean => settingsOf(kind).some(({ form }) => form === "ways");
export const hasPaths = (kind: string): boolean => settingsOf(kind).some(({ name, form }) => name === "paths" && form === "parts");
