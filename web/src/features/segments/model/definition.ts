/** Parts of what an author wrote, which the API gives as it is. */
const part = (definition: unknown, name: string): unknown => (typeof definition === "object" && definition !== null ? (definition as Record<string, unknown>)[name] : undefined);

export function descriptionOf(definition: unknown): string {
  const found = part(definition, "description");
  return typeof found === "string" ? found : "";
}

/** The rule as it was written: a tree, or a text. */
export const ruleOf = (definition: unknown): unknown => part(definition, "rule");

/** Who it is counted for only while it counts: drafts and stopped segments have no members. */
export const counts = (state: string): boolean => state === "published";

/** Key of the words of an evaluation method: the server says `by the clock`. */
export const methodKey = (method: string): string => method.replaceAll(" ", "_");
