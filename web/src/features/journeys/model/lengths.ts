/** Lengths of time as they are written: `7 days`; several units at once stay a text. */
export const UNITS = ["seconds", "minutes", "hours", "days", "weeks"] as const;
export type Unit = (typeof UNITS)[number];

const WRITTEN = /^\s*(\d+)\s*(second|minute|hour|day|week)s?\s*$/;

export function readLength(text: unknown): { count: number; unit: Unit } | null {
  const found = typeof text === "string" ? WRITTEN.exec(text) : null;
  return found ? { count: Number(found[1]), unit: `${found[2]}s` as Unit } : null;
}

export const writeLength = (count: number, unit: Unit): string => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
