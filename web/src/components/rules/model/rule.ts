/**
 * A rule as the simple editor holds it: groups of conditions, each with an id, ready to be moved and changed.
 *
 * `read.ts` makes it of a rule tree (docs/reference/rule-tree.md), `print.ts` the tree again. What has no field here is
 * `kept` as it is, so that nothing is lost by looking at it.
 */

export type Join = "all" | "any" | "none";
/** What a condition is about: of the profile, of the event or line item at hand, of the event around that, the element itself. */
export type Subject = "attribute" | "field" | "event_field" | "item";

/** What a value is compared with. `holds` is a bare boolean; `is_set` and `is_not_set` have no value. */
export interface Test {
  op: string;
  value: unknown;
  ignoreCase?: boolean;
  zone?: string;
}

export type MeasureKind = "count" | "sum" | "average" | "min" | "max" | "first" | "last" | "distinct";
export interface Measure {
  kind: MeasureKind;
  /** The property; `null` counts events. */
  of: string | null;
}

export type Unit = "day" | "week" | "month" | "quarter" | "year";
export type Window =
  | { kind: "ever" }
  | { kind: "in_last" | "more_than_ago"; length: string }
  | { kind: "between_ages"; newest: string; oldest: string }
  | { kind: "this" | "last"; unit: Unit; zone?: string }
  | { kind: "last_units"; unit: Unit; count: number; current: boolean; zone?: string }
  | { kind: "dates"; from: string; until: string; zone?: string }
  | { kind: "kept"; shape: Record<string, unknown> };

interface Base {
  id: string;
  /** The condition must not hold. */
  not: boolean;
}
export interface Group extends Base {
  kind: "group";
  join: Join;
  rules: Rule[];
  /** With one rule it is written as that rule alone. */
  bare: boolean;
}
export interface ValueRule extends Base {
  kind: "value";
  subject: Subject;
  path: string;
  test: Test;
}
export interface EventRule extends Base {
  kind: "event";
  event: string;
  where: Group;
  /** The list whose elements count, in place of the events. */
  over: string | null;
  measure: Measure;
  window: Window;
  /** `null`: at least one, which needs no words. */
  test: Test | null;
}
export interface SegmentRule extends Base {
  kind: "segment";
  how: "any" | "all" | "none" | "exited" | "never";
  segments: string[];
}
/** A rule about the elements of a list. */
export interface ItemsRule extends Base {
  kind: "items";
  how: "any_item" | "all_items" | "no_item";
  list: string;
  where: Group;
}
/** A part that the simple editor has no field for. */
export interface Kept extends Base {
  kind: "kept";
  shape: unknown;
}
export type Rule = Group | ValueRule | EventRule | SegmentRule | ItemsRule | Kept;

let last = 0;
export const fresh = (): string => `r${(last += 1)}`;

export const group = (rules: Rule[] = [], join: Join = "all", bare = true): Group => ({ id: fresh(), kind: "group", not: false, join, rules, bare });
export const value = (subject: Subject, path = "", test: Test = { op: "is", value: null }): ValueRule => ({ id: fresh(), kind: "value", not: false, subject, path, test });
export const event = (name = ""): EventRule => ({ id: fresh(), kind: "event", not: false, event: name, where: group(), over: null, measure: { kind: "count", of: null }, window: { kind: "in_last", length: "30 days" }, test: null });
export const segment = (segments: string[] = []): SegmentRule => ({ id: fresh(), kind: "segment", not: false, how: "any", segments });
export const itemsOf = (list = ""): ItemsRule => ({ id: fresh(), kind: "items", not: false, how: "any_item", list, where: group() });

/** The groups inside a rule. */
export function inner(rule: Rule): readonly Group[] {
  if (rule.kind === "group") return [rule];
  return rule.kind === "event" || rule.kind === "items" ? [rule.where] : [];
}

/** Every rule below, itself first. */
export function* every(rule: Rule): Generator<Rule> {
  yield rule;
  if (rule.kind === "group") for (const each of rule.rules) yield* every(each);
  else for (const each of inner(rule)) yield* every(each);
}
