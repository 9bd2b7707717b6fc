/** Rules inside of a journey: a tree for the simple editor, or a text of the journey language for the advanced one. */
export type RuleMode = "simple" | "advanced";

export const textOf = (rule: unknown): string | null =>
  typeof rule === "object" && rule !== null && typeof (rule as { journey?: unknown }).journey === "string" ? (rule as { journey: string }).journey : null;

export const modeOfRule = (rule: unknown): RuleMode => (textOf(rule) === null ? "simple" : "advanced");

/** Nothing is said: no rule, an empty text, an empty group. */
export function isEmpty(rule: unknown): boolean {
  if (rule == null) return true;
  const text = textOf(rule);
  if (text !== null) return text.trim() === "";
  return typeof rule === "object" && Object.values(rule as object).every((part) => Array.isArray(part) && part.length === 0);
}
