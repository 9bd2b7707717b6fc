/** Which settings the form of an activity shows, and in which order: what matters first, the rest where one looks for it. */
import { type Activity, type GraphProblem, nodeAt, partOf, type Setting, settingsOf } from "~/components/graph/model";

/** Settings of which one excludes the others, with what choosing one says at first. */
export interface Modes {
  names: readonly string[];
  first: Readonly<Record<string, unknown>>;
  /** What belongs to a mode besides itself. */
  with: Readonly<Record<string, readonly string[]>>;
}

const WAIT: Modes = {
  names: ["for", "until_local", "time_of_day", "until", "best_hour"],
  first: { for: "1 day", until_local: "", time_of_day: "09:00", until: { journey: "" }, best_hour: { signal: "opened", within: "24 hours" } },
  with: { time_of_day: ["weekdays", "zone"], until_local: ["zone"], until: ["zone"] },
};
const ENTRY: Modes = {
  names: ["segment", "event", "read", "business_event"],
  first: { event: "", segment: "", read: "", business_event: "" },
  with: {
    event: ["where", "when", "supplemental"],
    segment: ["on", "include_members", "when"],
    read: ["schedule", "when", "rate", "spread"],
    business_event: ["where", "read", "when", "rate", "spread"],
  },
};
const MODES: Readonly<Record<string, Modes>> = { wait: WAIT, entry: ENTRY };
/** Who writes these knows where to look. */
const RARE = new Set(["description", "values", "rule_sets", "transactional", "consent", "secret", "headers", "sticky", "exact", "source", "look_back", "spread", "id", "read_id", "namespace", "supplemental", "rate", "properties", "explore"]);
/** Written elsewhere: the name above the form, the ways below it. */
const ELSEWHERE = new Set(["label"]);

export interface Shown {
  modes: Modes | null;
  mode: string | null;
  main: readonly Setting[];
  more: readonly Setting[];
}

export const modesOf = (kind: string): Modes | null => MODES[kind] ?? null;

/** A business event has a segment to read as well: the mode that comes last in the list wins. */
export const modeOf = (modes: Modes, settings: Activity | Record<string, unknown>): string =>
  [...modes.names].reverse().find((name) => (settings as Record<string, unknown>)[name] != null) ?? modes.names[0]!;

export function shown(kind: string, settings: Activity | Record<string, unknown>): Shown {
  const all = (kind === "entry" ? partOf("Entry") : settingsOf(kind)).filter(({ name, form }) => form !== "way" && !ELSEWHERE.has(name));
  const modes = modesOf(kind);
  const mode = modes && modeOf(modes, settings);
  const alive = (name: string): boolean => {
    if (!modes || !mode) return true;
    const owners = [...modes.names.filter((each) => each === name), ...Object.keys(modes.with).filter((each) => modes.with[each]?.includes(name))];
    return owners.length === 0 || owners.includes(mode);
  };
  const fits = all.filter(({ name }) => alive(name));
  const rank = ({ name, required }: Setting) => (mode === name ? 0 : required ? 1 : 2);
  return {
    modes,
    mode,
    main: fits.filter(({ name, required }) => required || !RARE.has(name) || (kind === "update_profile" && name === "values")).sort((a, b) => rank(a) - rank(b)),
    more: fits.filter(({ name, required }) => !required && RARE.has(name)),
  };
}

/** Changes that choosing another mode makes: the settings of the others are no longer said. */
export function switched(modes: Modes, mode: string, settings: Activity | Record<string, unknown>): Record<string, unknown> {
  const keep = new Set([mode, ...(modes.with[mode] ?? [])]);
  const owned = new Set([...modes.names, ...Object.values(modes.with).flat()]);
  const gone = [...owned].filter((name) => !keep.has(name) && name in settings).map((name) => [name, undefined] as const);
  return { ...Object.fromEntries(gone), [mode]: (settings as Record<string, unknown>)[mode] ?? structuredClone(modes.first[mode]) };
}

export interface Told {
  /** `paths[1].when` */
  place: string;
  message: string;
  hint: string;
}

/** Problems of one node, by the place inside of it. */
export const toldOf = (problems: readonly GraphProblem[], node: string): Told[] =>
  problems.filter(({ where }) => nodeAt(where).node === node).map(({ where, message, hint }) => ({ place: nodeAt(where).setting, message, hint: hint ?? "" }));

/** What is said at a field: of the place itself, or of something inside of it. */
export const errorAt = (told: readonly Told[], place: string): string | undefined => {
  const found = told.find((each) => each.place === place || each.place.startsWith(`${place}.`) || each.place.startsWith(`${place}[`));
  return found && [found.message, found.hint].filter(Boolean).join(". ");
};
