/** Filters of the list of people: from the address to a rule tree and back to words. */
import type { Schemas } from "~/lib/api/client";

export type Value = string | number | boolean | null;
export type Person = { profile_id: string } & Record<string, unknown>;

/** Comparators that make sense for a type of values, the most likely first; names are those of the rule tree. */
export const COMPARATORS = {
  text: ["is", "is_not", "contains", "starts_with", "is_set", "is_not_set"],
  number: ["at_least", "at_most", "is", "is_not", "is_set", "is_not_set"],
  boolean: ["is", "is_set", "is_not_set"],
  other: ["is_set", "is_not_set"],
} as const;
export type Kind = keyof typeof COMPARATORS;
export type Comparator = (typeof COMPARATORS)[Kind][number];

export interface Filter {
  attribute: string;
  comparator: Comparator;
  value: Value;
}

/** Whether a comparator needs a value beside it. */
export const needsValue = (comparator: Comparator): boolean => comparator !== "is_set" && comparator !== "is_not_set";

/** Filters as they stand in the address; what is not readable is left out. */
export function filtersOf(text: string): Filter[] {
  if (!text) return [];
  try {
    const found = JSON.parse(text) as unknown;
    if (!Array.isArray(found)) return [];
    return found.flatMap((each) =>
      Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string" ? [{ attribute: each[0], comparator: each[1] as Comparator, value: (each[2] ?? null) as Value }] : [],
    );
  } catch {
    return [];
  }
}

export const textOf = (filters: readonly Filter[]): string =>
  filters.length ? JSON.stringify(filters.map(({ attribute, comparator, value }) => (needsValue(comparator) ? [attribute, comparator, value] : [attribute, comparator]))) : "";

const ruleOf = ({ attribute, comparator, value }: Filter) =>
  needsValue(comparator) ? { attribute, [comparator]: value } : { attribute, is_set: comparator === "is_set" };

export interface View {
  search: string;
  segment: string;
  filters: string;
  sort: string;
  after: string;
}

/** What is asked of the server for a view of the list. */
export function questionOf(view: View, limit: number): Schemas["ProfilesFind"] {
  const rules = filtersOf(view.filters).map(ruleOf);
  return {
    search: view.search.trim() || null,
    segment: view.segment || null,
    where: rules.length === 0 ? null : rules.length === 1 ? rules[0] : { all: rules },
    sort: view.sort,
    cursor: view.after || null,
    limit,
    total: true,
  };
}

const KINDS: Record<string, Kind> = { integer: "number", decimal: "number", boolean: "boolean", string: "text" };

/** How values of a kind of the schema are asked for here; days, lists and objects only by whether there is one. */
export const kindOf = (kind: string): Kind => KINDS[kind] ?? "other";

/** What was typed, as a value of the kind; `undefined` when it is none. */
export function valueOf(text: string, kind: Kind): Value | undefined {
  if (kind === "other") return undefined;
  if (kind === "text") return text === "" ? undefined : text;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const found = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(found) ? undefined : found;
}
