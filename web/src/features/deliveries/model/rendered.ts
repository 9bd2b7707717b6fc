/** What was sent, as far as it can be told from what is kept: the text of the activity, and the values of this message. */

/** What is kept of a message: JSON, or nothing. */
export function read(text: string | null | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const found = JSON.parse(text) as unknown;
    return found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Record<string, unknown>) : { value: found };
  } catch {
    return { text };
  }
}

const at = (values: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((found, name) => (found !== null && typeof found === "object" ? (found as Record<string, unknown>)[name] : undefined), values);

/** A text with its plain places, `{{ profile.email }}`, filled in; anything cleverer stays as it was written. */
export const filled = (text: string, values: Record<string, unknown>): string =>
  text.replace(/\{\{\s*([A-Za-z_][\w.]*)\s*\}\}/g, (whole, path: string) => {
    const value = at(values, path);
    return value === undefined || value === null || typeof value === "object" ? whole : String(value);
  });

export interface Part {
  name: string;
  text: string;
}

/** The parts of an activity that are read by people, in the order in which they are read. */
const SHOWN = ["to", "from", "subject", "body", "text", "html", "url", "method", "payload"];

export function parts(activity: Record<string, unknown> | undefined, values: Record<string, unknown>): Part[] {
  if (!activity) return [];
  return SHOWN.flatMap((name) => {
    const said = activity[name];
    if (said === undefined || said === null || said === "") return [];
    return [{ name, text: filled(typeof said === "string" ? said : JSON.stringify(said, null, 2), values) }];
  });
}

/** The activity of a journey's definition, wherever it is written. */
export function activityOf(definition: unknown, activity: string): Record<string, unknown> | undefined {
  const found = at(definition, "activities");
  const one = found !== null && typeof found === "object" ? (found as Record<string, unknown>)[activity] : undefined;
  return one !== null && typeof one === "object" ? (one as Record<string, unknown>) : undefined;
}
