/** Lengths of time as people write them: `90 days`. */
export const LENGTH_UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type LengthUnit = (typeof LENGTH_UNITS)[number];
export interface Length {
  count: number;
  unit: LengthUnit;
}

/** A number and a unit; `null` for longer texts, which are edited as texts. */
export function readLength(text: string): Length | null {
  const found = /^\s*(\d+)\s*([a-z]+?)s?\s*$/i.exec(text);
  const unit = LENGTH_UNITS.find((each) => each === found?.[2]?.toLowerCase());
  return found && unit ? { count: Number(found[1]), unit } : null;
}

export const printLength = ({ count, unit }: Length): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
