/** Lines of a timeline, by the day on which they happened in the zone of the reader. */
import type { Schemas } from "~/lib/api/client";

export type Happening = Schemas["Happening"];
export interface Day {
  /** Instant of its first line; `null` for lines without a time. */
  at: string | null;
  lines: Happening[];
}

const dayOf = (at: string | null | undefined): string => (at ? new Date(at).toDateString() : "");

export function days(lines: readonly Happening[]): Day[] {
  const found: Day[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last && dayOf(last.at) === dayOf(line.time)) last.lines.push(line);
    else found.push({ at: line.time ?? null, lines: [line] });
  }
  return found;
}

/** What of an event is told in one line: properties with plain values, no lists. */
export function brief(detail: Record<string, unknown>, most = 4): string {
  const plain = Object.entries(detail).filter(([, value]) => value !== null && value !== "" && typeof value !== "object");
  return plain.slice(0, most).map(([name, value]) => `${name} ${String(value)}`).join(", ");
}
