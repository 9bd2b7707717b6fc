/**
 * Filters as the API takes them: expressions by sub-table and field, groups of such filters, a rule
 * (docs/reference/crm-filters.md). Editing never loses a part that the editor does not know.
 */
import { TABLE_NAMES, fullName } from "./fields";

export type Expressions = Readonly<Record<string, string>>;
export type Group = "any_of" | "none_of";
export interface FilterShape {
  readonly any_of?: readonly FilterShape[];
  readonly none_of?: readonly FilterShape[];
  readonly rule?: unknown;
  readonly [table: string]: unknown;
}

export const GROUPS: readonly Group[] = ["any_of", "none_of"];

/** The sub-tables that are filtered, in the order in which they were added. */
export const tablesOf = (shape: FilterShape): string[] => Object.keys(shape).filter((name) => TABLE_NAMES.includes(name));

/** The expressions of a sub-table, under the full names of fields; data may hold `50` and `true` as what they are. */
export function expressionsOf(shape: FilterShape, table: string): Expressions {
  const found = (shape[table] ?? {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [fullName(table, name), typeof value === "boolean" ? (value ? "yes" : "no") : String(value ?? "")]));
}

export const groupsOf = (shape: FilterShape, group: Group): readonly FilterShape[] => shape[group] ?? [];

/** The live segment that a filter names, where its rule is nothing but that. */
export function segmentOf(shape: FilterShape): string | null {
  const rule = shape.rule as { segment?: unknown } | null | undefined;
  return rule && typeof rule === "object" && Object.keys(rule).length === 1 && typeof rule.segment === "string" ? rule.segment : null;
}

/** The filter with a part changed; `undefined` takes it out. */
export function withPart(shape: FilterShape, part: string, value: unknown): FilterShape {
  const { [part]: _, ...rest } = shape;
  if (value === undefined) return rest;
  return part in shape ? { ...shape, [part]: value } : { ...rest, [part]: value };
}

export function withGroup(shape: FilterShape, group: Group, place: number, value: FilterShape | undefined): FilterShape {
  const groups = [...groupsOf(shape, group)];
  if (value === undefined) groups.splice(place, 1);
  else groups[place] = value;
  return withPart(shape, group, groups.length ? groups : undefined);
}

/** Without conditions that have no value yet: the filter as it would be run. */
export function filled(shape: FilterShape): FilterShape {
  const made: Record<string, unknown> = {};
  for (const table of tablesOf(shape)) {
    const known = Object.entries(expressionsOf(shape, table)).filter(([, text]) => text.trim() !== "");
    if (known.length) made[table] = Object.fromEntries(known);
  }
  for (const group of GROUPS) {
    const known = groupsOf(shape, group).map(filled).filter((each) => !isBlank(each));
    if (known.length) made[group] = known;
  }
  if (shape.rule != null && segmentOf(shape) !== "") made.rule = shape.rule;
  return made;
}

/** Whether nothing is restricted: every contact is taken. */
export const isBlank = (shape: FilterShape): boolean => Object.keys(filled(shape)).length === 0;

/** Every live segment that is named, groups included. */
export function segmentsIn(shape: FilterShape): string[] {
  const own = segmentOf(shape);
  const below = GROUPS.flatMap((group) => groupsOf(shape, group).flatMap(segmentsIn));
  return [...new Set(own ? [own, ...below] : below)];
}
