/** What is not finished yet in a rule, by id: what is left out while the rest is counted, and asked for before it is saved. */
import { inputOf } from "./operators";
import { readLength } from "./lengths";
import { every, type Group, type Rule, type Test, type Window } from "./rule";

export type Gap = "empty" | "attribute" | "event" | "segment" | "property" | "value" | "window" | "list";

export function gaps(root: Group): Map<string, Gap> {
  const found = new Map<string, Gap>();
  const optional = new Set<string>();
  for (const rule of every(root)) {
    if (rule.kind === "event") optional.add(rule.where.id);
    const gap = rule.kind === "group" && optional.has(rule.id) ? null : gapOf(rule);
    if (gap) found.set(rule.id, gap);
  }
  return found;
}

function gapOf(rule: Rule): Gap | null {
  switch (rule.kind) {
    case "group":
      return rule.rules.length ? null : "empty";
    case "value":
      if (!rule.path && rule.subject !== "item") return rule.subject === "attribute" ? "attribute" : "property";
      return lacking(rule.test) ? "value" : null;
    case "segment":
      return rule.segments.length ? null : "segment";
    case "items":
      return rule.list ? null : "list";
    case "event":
      if (!rule.event) return "event";
      if (rule.measure.kind !== "count" && !rule.measure.of) return "property";
      if (openWindow(rule.window)) return "window";
      return rule.test ? (lacking(rule.test) ? "value" : null) : rule.measure.kind === "count" && rule.measure.of === null ? null : "value";
    case "kept":
      return null;
  }
}

const missing = (value: unknown): boolean => value === null || value === undefined || value === "";

export function lacking({ op, value }: Test): boolean {
  const input = inputOf(op);
  if (input === "none") return false;
  if (input === "many" || input === "two") return !Array.isArray(value) || !value.length || value.some(missing);
  return missing(value) || (input === "length" && zero(value as string));
}

const zero = (length: string): boolean => !length.trim() || readLength(length)?.count === 0;

function openWindow(window: Window): boolean {
  if (window.kind === "in_last" || window.kind === "more_than_ago") return zero(window.length);
  if (window.kind === "between_ages") return !window.newest.trim() || zero(window.oldest);
  if (window.kind === "dates") return !window.from && !window.until;
  return window.kind === "last_units" && window.count < 1;
}
