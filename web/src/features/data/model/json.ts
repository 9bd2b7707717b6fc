/** Texts that should be JSON objects. */

/** What a text says, or `undefined` when it is no JSON object. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const found = JSON.parse(text) as unknown;
    return found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const written = (value: unknown): string => JSON.stringify(value ?? {}, null, 2);

/** A plan for an event type that has none, out of the properties that were seen: a beginning to be tightened. */
const TYPES: Record<string, string> = { boolean: "boolean", integer: "integer", decimal: "number", string: "string", list: "array", object: "object", map: "object", dateOnly: "string", dateTime: "string", dateTimeOnly: "string", offsetDateTime: "string" };

export const planOf = (properties: readonly { name: string; kind: string }[]): Record<string, unknown> => ({
  type: "object",
  properties: Object.fromEntries(properties.map(({ name, kind }) => [name, TYPES[kind] ? { type: TYPES[kind] } : {}])),
});
