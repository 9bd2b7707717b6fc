/** Differences between two versions of a definition, as lines that can be read. */
import type { Schemas } from "~/lib/api/client";

export type Difference = Schemas["Difference"];

export interface Line {
  kind: Difference["kind"];
  /** The way to the place: `rule › all › 2 › at least`. */
  place: string;
  before: string | null;
  after: string | null;
}

/** `rule.all[1].at_least` as people count and write. */
export const placeInWords = (place: string): string =>
  place
    .replace(/\[(\d+)\]/g, (_, index: string) => `.${Number(index) + 1}`)
    .split(".")
    .filter(Boolean)
    .map((part) => part.replaceAll("_", " "))
    .join(" › ");

/** A value as it stands in a definition: short where it is simple, else its parts in one line. */
export function valueInWords(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => valueInWords(each) ?? "–").join(value.some((each) => typeof each === "object") ? "; " : ", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, each]) => `${name.replaceAll("_", " ")}: ${typeof each === "object" && each !== null ? `(${valueInWords(each)})` : (valueInWords(each) ?? "–")}`)
      .join(", ");
  return String(value);
}

export const lines = (differences: readonly Difference[]): Line[] =>
  differences.map(({ kind, place, old, new: fresh }) => ({ kind, place: placeInWords(place), before: valueInWords(old), after: valueInWords(fresh) }));
