/** A rule tree as plain data -> what the simple editor holds. Whatever it does not know to the last key is kept as it is. */
import { type EventRule, fresh, type Group, group, type Join, type Measure, type MeasureKind, type Rule, type SegmentRule, type Subject, type Test, type Unit, type Window } from "./rule";

type Plain = Record<string, unknown>;
const SUBJECTS: readonly Subject[] = ["attribute", "field", "event_field", "item"];
const ITEMS = ["any_item", "all_items", "no_item"] as const;
export const UNITS: readonly Unit[] = ["day", "week", "month", "quarter", "year"];
const LENGTHS = ["in_last", "in_next", "more_than_ago", "more_than_ahead"];
const CALENDAR = ["this", "last", "next"];
const SCALARS = ["is", "is_not", "at_least", "more_than", "at_most", "less_than", "contains", "starts_with", "ends_with", "matches", "fits", "from", "after", "before", "until", ...LENGTHS, ...CALENDAR];
const FOLDED = ["is", "is_not", "contains", "starts_with", "ends_with", "matches"];
const MEASURES: Record<string, MeasureKind> = { count: "count", sum: "sum", average: "average", min: "min", max: "max", first: "first", earliest: "first", last: "last", latest: "last", distinct: "distinct" };

const plain = (shape: unknown): shape is Plain => typeof shape === "object" && shape !== null && !Array.isArray(shape);
const scalar = (shape: unknown): boolean => ["string", "number", "boolean"].includes(typeof shape);
const text = (shape: unknown): shape is string => typeof shape === "string" && shape !== "";
const isUnit = (shape: unknown): shape is Unit => UNITS.includes(shape as Unit);

/** The rule of a segment: always a group, so that there is something to add to. */
export function readRule(tree: unknown): Group {
  const rule = read(tree);
  return rule.kind === "group" && !rule.not ? rule : group([rule]);
}

const kept = (tree: unknown): Rule => ({ id: fresh(), kind: "kept", not: false, shape: tree });

export function read(tree: unknown): Rule {
  if (!plain(tree)) return kept(tree);
  const keys = Object.keys(tree);
  const key = keys[0]!;
  if (keys.length === 1 && key === "not") return negated(tree.not) ?? kept(tree);
  if (keys.length === 1 && ["all", "any", "none"].includes(key) && Array.isArray(tree[key])) return group((tree[key] as unknown[]).map(read), key as Join, false);
  return readSegment(tree) ?? readItems(tree) ?? readEvent(tree) ?? readValue(tree) ?? kept(tree);
}

function negated(tree: unknown): Rule | null {
  const rule = read(tree);
  if (rule.kind === "kept" || rule.not) return null;
  if (rule.kind === "segment" && rule.how === "any" && rule.segments.length === 1) return { ...rule, how: "none" };
  return { ...rule, not: true };
}

function readSegment(tree: Plain): SegmentRule | null {
  const made = (how: SegmentRule["how"], segments: string[]): SegmentRule => ({ id: fresh(), kind: "segment", not: false, how, segments });
  const keys = Object.keys(tree);
  if (keys.length === 2 && text(tree.segment_status) && (tree.is === "exited" || tree.is === "never")) return made(tree.is, [tree.segment_status]);
  if (keys.length !== 1 || !("segment" in tree)) return null;
  if (text(tree.segment)) return made("any", [tree.segment]);
  if (!plain(tree.segment) || Object.keys(tree.segment).length !== 1) return null;
  const [how, ids] = Object.entries(tree.segment)[0]!;
  const known = (how === "any" || how === "all" || how === "none") && Array.isArray(ids) && ids.every(text);
  // One name in a list is another spelling, which would not come back as it was.
  return known && ids.length > 1 ? made(how, ids) : null;
}

/** `where` as a group: a single rule stays single. */
function readWhere(tree: unknown): Group {
  if (tree === undefined) return group();
  return readRule(tree);
}

function readItems(tree: Plain): Rule | null {
  const how = ITEMS.find((key) => key in tree);
  if (!how || !text(tree[how]) || Object.keys(tree).some((key) => key !== how && key !== "where") || tree.where === undefined) return null;
  return { id: fresh(), kind: "items", not: false, how, list: tree[how], where: readWhere(tree.where) };
}

function readValue(tree: Plain): Rule | null {
  const subject = SUBJECTS.find((key) => key in tree);
  if (!subject) return null;
  const { [subject]: named, ...rest } = tree;
  if (subject === "item" ? named !== true : !text(named)) return null;
  const test = readTest(rest, true);
  return test && { id: fresh(), kind: "value", not: false, subject, path: subject === "item" ? "" : (named as string), test };
}

/** One comparator, with the words that may stand beside it; `null` for everything else. */
export function readTest(tree: Plain, bare: boolean): Test | null {
  const { ignore_case, zone, ...rest } = tree;
  const keys = Object.keys(rest);
  if (!keys.length) return bare && ignore_case === undefined && zone === undefined ? { op: "holds", value: true } : null;
  const op = keys[0]!;
  const said = rest[op];
  if (keys.length > 1) return null;
  if (ignore_case !== undefined && (ignore_case !== true || !FOLDED.includes(op))) return null;
  if (zone !== undefined && (!text(zone) || !(CALENDAR.includes(op) || ["from", "after", "before", "until"].includes(op)))) return null;
  const more = { ...(ignore_case === true && { ignoreCase: true }), ...(zone !== undefined && { zone: zone as string }) };
  if (op === "is_set" && typeof said === "boolean") return zone === undefined ? { op: said ? "is_set" : "is_not_set", value: null } : null;
  if (op === "between") return Array.isArray(said) && said.length === 2 && said.every(scalar) ? { op, value: said, ...more } : null;
  if (op === "in" || op === "not_in") return Array.isArray(said) && said.length > 0 && said.every(scalar) ? { op, value: said, ...more } : null;
  if (op === "anniversary") return plain(said) && Object.keys(said).length === 1 && Object.values(said).every(scalar) ? { op, value: said } : null;
  if (CALENDAR.includes(op) && !isUnit(said)) return null;
  return SCALARS.includes(op) && scalar(said) ? { op, value: said, ...more } : null;
}

function readEvent(tree: Plain): EventRule | null {
  if (!text(tree.event)) return null;
  const { event, where, over, ...rest } = tree;
  if (over !== undefined && !text(over)) return null;
  const measure = takeMeasure(rest);
  const window = measure && takeWindow(rest, measure.kind);
  if (!window) return null;
  const test = Object.keys(rest).length ? readTest(rest, false) : null;
  if (Object.keys(rest).length ? !test : measure.kind !== "count" || measure.of !== null) return null;
  return { id: fresh(), kind: "event", not: false, event, where: readWhere(where), over: over ?? null, measure, window, test };
}

/** Takes what is computed out of the keys; `null` when it is no name. */
function takeMeasure(rest: Plain): Measure | null {
  const found = Object.keys(rest).filter((key) => key in MEASURES && !(key === "last" && isUnit(rest.last)));
  if (!found.length) return { kind: "count", of: null };
  const key = found[0]!;
  const said = rest[key];
  if (found.length > 1 || key === "earliest" || key === "latest") return null;
  delete rest[key];
  if (text(said)) return { kind: MEASURES[key]!, of: said };
  return null;
}

/** Takes the window out of the keys. */
function takeWindow(rest: Plain, measure: MeasureKind): Window | null {
  const taken: Plain = {};
  const names = ["in_last", "more_than_ago", "between_ages", "this", "last", "previous", "last_units", "units", "window", "from", "until", "zone"];
  for (const name of names) if (name in rest) [taken[name], rest[name]] = [rest[name], undefined];
  for (const name of names) if (rest[name] === undefined) delete rest[name];
  const keys = Object.keys(taken).filter((key) => key !== "zone");
  const zone = text(taken.zone) ? { zone: taken.zone } : {};
  if ("zone" in taken && !keys.length) return null;
  if (!keys.length) return { kind: "ever" };
  return known(taken, keys, zone, measure) ?? { kind: "kept", shape: taken };
}

function known(taken: Plain, keys: string[], zone: { zone?: string }, measure: MeasureKind): Window | null {
  const key = keys[0]!;
  const said = taken[key];
  const moving = !("zone" in taken) && keys.length === 1;
  if ((key === "in_last" || key === "more_than_ago") && moving && text(said)) return { kind: key, length: said };
  if (key === "between_ages" && moving && Array.isArray(said) && said.length === 2 && said.every(text)) return { kind: key, newest: said[0] as string, oldest: said[1] as string };
  if (key === "this" && keys.length === 1 && isUnit(said)) return { kind: "this", unit: said, ...zone };
  if (key === (measure === "last" ? "previous" : "last") && keys.length === 1 && isUnit(said)) return { kind: "last", unit: said, ...zone };
  if (key === "last_units" && keys.length === 1 && plain(said)) return lastUnits(said, zone);
  const ends = [taken.from, taken.until].filter((end) => end !== undefined);
  if (keys.every((name) => name === "from" || name === "until") && ends.every(text)) return { kind: "dates", from: (taken.from as string) ?? "", until: (taken.until as string) ?? "", ...zone };
  return null;
}

function lastUnits(said: Plain, zone: { zone?: string }): Window | null {
  const { unit, count, include_current: current, ...more } = said;
  const fits = isUnit(unit) && typeof count === "number" && (current === undefined || current === true) && !Object.keys(more).length;
  return fits ? { kind: "last_units", unit, count, current: current === true, ...zone } : null;
}
