/** Numbers, times and durations as the user reads them: her language, her zone. */
import i18next from "i18next";

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const name = `${i18next.language} ${key}`;
  let found = cache.get(name) as T | undefined;
  if (!found) cache.set(name, (found = make()));
  return found;
}

export const number = (value: number | null | undefined, digits = 0): string =>
  value == null ? "–" : kept(`n${digits}`, () => new Intl.NumberFormat(i18next.language, { maximumFractionDigits: digits })).format(value);

export const compact = (value: number): string =>
  kept("c", () => new Intl.NumberFormat(i18next.language, { notation: "compact", maximumFractionDigits: 1 })).format(value);

export const percent = (value: number | null | undefined, digits = 1): string =>
  value == null
    ? "–"
    : kept(`p${digits}`, () => new Intl.NumberFormat(i18next.language, { style: "percent", maximumFractionDigits: digits })).format(value);

export const moment = (value: string | null | undefined): string =>
  value
    ? kept("m", () => new Intl.DateTimeFormat(i18next.language, { dateStyle: "medium", timeStyle: "short" })).format(new Date(value))
    : "–";

export const day = (value: string | null | undefined): string =>
  value ? kept("d", () => new Intl.DateTimeFormat(i18next.language, { dateStyle: "medium" })).format(new Date(value)) : "–";

/** The time of day. */
export const time = (value: string | null | undefined): string =>
  value ? kept("t", () => new Intl.DateTimeFormat(i18next.language, { timeStyle: "short" })).format(new Date(value)) : "–";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1],
];

/** "3.2 sec", "2 hr", "9 yrs": a length of time in the greatest unit that it fills. */
export function lasting(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? UNITS[UNITS.length - 1]!;
  const digits = unit === "second" && seconds < 10 ? 1 : 0;
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits } as const;
  return kept(`l${unit}${digits}`, () => new Intl.NumberFormat(i18next.language, style)).format(seconds / length);
}

/** "in 3 days", "2 hours ago". */
export function relative(value: string | null | undefined, now: Date = new Date()): string {
  if (!value) return "–";
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[UNITS.length - 1]!;
  return kept("r", () => new Intl.RelativeTimeFormat(i18next.language, { numeric: "auto" })).format(Math.round(seconds / length), unit);
}
