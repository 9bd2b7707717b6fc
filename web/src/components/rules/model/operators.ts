/** Which comparisons are offered for a value of a kind, in the order in which people look for them. */
import type { Measure, Test } from "./rule";
import type { Vocabulary } from "./vocabulary";

/** How the value behind a comparison is entered. */
export type Input = "none" | "one" | "many" | "two" | "length" | "unit" | "anniversary";

const ORDER: Record<string, readonly string[]> = {
  string: ["is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "fits", "matches", "is_set", "is_not_set"],
  number: ["is", "is_not", "at_least", "more_than", "at_most", "less_than", "between", "in", "not_in", "is_set", "is_not_set"],
  boolean: ["yes", "no", "is_set", "is_not_set"],
  time: ["in_last", "more_than_ago", "this", "last", "in_next", "more_than_ahead", "next", "from", "after", "before", "until", "between", "is", "anniversary", "is_set", "is_not_set"],
  list: ["contains", "is_set", "is_not_set"],
  other: ["is_set", "is_not_set"],
};
const FAMILY: Record<string, string> = { string: "string", integer: "number", decimal: "number", duration: "number", boolean: "boolean", dateOnly: "time", dateTime: "time", dateTimeOnly: "time", offsetDateTime: "time", list: "list" };
const INPUTS: Record<string, Input> = {
  yes: "none", no: "none", holds: "none", is_set: "none", is_not_set: "none", in: "many", not_in: "many", between: "two", anniversary: "anniversary",
  in_last: "length", in_next: "length", more_than_ago: "length", more_than_ahead: "length", this: "unit", last: "unit", next: "unit",
};
/** Comparisons of the rule tree that have another name in the list. */
const SAID: Record<string, string> = { yes: "is", no: "is", is_not_set: "is_set" };

export const family = (kind: string): string => FAMILY[kind] ?? "other";
export const inputOf = (op: string): Input => INPUTS[op] ?? "one";

/** What is offered for a kind: what makes sense, as far as the server says that it can be asked. */
export function operatorsFor(kind: string, vocabulary: Pick<Vocabulary, "operators">, current: string): string[] {
  const known = vocabulary.operators.find((each) => each.kind === kind);
  const may = known && new Set([...known.comparators, ...known.windows]);
  const offered = ORDER[family(kind)]!.filter((op) => !may || may.has(SAID[op] ?? op));
  return offered.includes(current) ? offered : [current, ...offered];
}

/** The name of a comparison in the list: a boolean is yes or no. */
export function shown(test: Test, kind: string): string {
  if (test.op === "holds") return "yes";
  if (family(kind) === "boolean" && test.op === "is" && typeof test.value === "boolean") return test.value ? "yes" : "no";
  return test.op;
}

/** Another comparison of the same value: what was entered stays where it can. */
export function chosen(test: Test, op: string, kind: string): Test {
  if (op === "yes" || op === "no") return { op: "is", value: op === "yes" };
  const input = inputOf(op);
  if (input === inputOf(test.op) && family(kind) !== "boolean") return { ...test, op, ...(!folds(op) && { ignoreCase: undefined }) };
  const one = Array.isArray(test.value) ? test.value[0] : test.value;
  const fitting = inputOf(test.op) === "one" || inputOf(test.op) === "many" || inputOf(test.op) === "two" ? one : null;
  const values: Record<Input, unknown> = { none: null, one: fitting ?? null, many: fitting == null ? [] : [fitting], two: [fitting ?? null, null], length: "30 days", unit: "month", anniversary: { in_next: "7 days" } };
  return { op, value: values[input], ...(test.ignoreCase && folds(op) && { ignoreCase: true }) };
}

/** Whether capitals can be left aside. */
export const folds = (op: string): boolean => ["is", "is_not", "contains", "starts_with", "ends_with", "matches"].includes(op);

/** The comparison that a new condition begins with. */
export const first = (kind: string): Test => {
  const op = family(kind) === "number" ? "at_least" : ORDER[family(kind)]![0]!;
  return op === "yes" ? { op: "is", value: true } : chosen({ op: "is_set", value: null }, op, kind);
};

/** A value as its kind wants it; `null` while it is not one. */
export function typed(text: string, kind: string): unknown {
  if (text.trim() === "") return null;
  if (family(kind) !== "number" || kind === "duration") return text;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) && (kind !== "integer" || Number.isInteger(number)) ? number : null;
}

/** The kind of what is computed from events. */
export function kindOfMeasure(measure: Measure, kind: string): string {
  if (measure.kind === "count" || measure.kind === "distinct") return "integer";
  return measure.kind === "average" ? "decimal" : kind;
}

/** Whether something can be computed of a property of a kind. */
export function measurable(measure: string, kind: string, vocabulary: Pick<Vocabulary, "operators">): boolean {
  if (measure === "count") return true;
  const known = vocabulary.operators.find((each) => each.kind === kind);
  return known ? known.aggregates.includes(measure) : family(kind) === "number" || !["sum", "average"].includes(measure);
}
