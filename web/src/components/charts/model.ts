/** What a chart of time is made of, apart from how it is drawn. */
import i18next from "i18next";

/** One place on the axis of time: `at` is a day (`2017-03-01`) or an instant; every series has its value by name. */
export type Point = { at: string } & Record<string, string | number | null>;

export interface Series {
  /** Name of the value in the points. */
  key: string;
  /** For the legend and the table, translated already. */
  label: string;
  kind: "line" | "bar";
  /** One accent; whatever is compared with it is neutral. */
  tone?: "accent" | "neutral";
  /** Bars that hang below the axis: what went out, against what came in. The values stay positive. */
  down?: boolean;
  /** Not known yet, only expected. */
  expected?: boolean;
  /** Charts of other scales are drawn below each other with one axis of time: 0 above, 1 below. */
  pane?: 0 | 1;
}

const isDay = (at: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(at);

/** A day is the same day everywhere; an instant is shown in the zone of the reader. */
function formatted(at: string, options: Intl.DateTimeFormatOptions): string {
  const zone = isDay(at) ? { timeZone: "UTC" } : {};
  return new Intl.DateTimeFormat(i18next.language, { ...options, ...zone }).format(new Date(at));
}

const DAY = 86_400_000;

/** The words below the axis: hours within two days, days within a year, months beyond. */
export function axisLabel(at: string, points: readonly Point[]): string {
  const first = points[0];
  const last = points[points.length - 1];
  const length = first && last ? new Date(last.at).getTime() - new Date(first.at).getTime() : 0;
  if (!isDay(at) && length <= 2 * DAY) return formatted(at, { hour: "2-digit", minute: "2-digit" });
  if (length <= 300 * DAY) return formatted(at, { day: "numeric", month: "short" });
  return formatted(at, { month: "short", year: "numeric" });
}

/** The whole time, for the tooltip and the table. */
export const fullLabel = (at: string): string =>
  formatted(at, isDay(at) ? { weekday: "short", day: "numeric", month: "short", year: "numeric" } : { dateStyle: "medium", timeStyle: "short" });

/** The points as they are drawn: what goes down is negative. */
export function drawn(points: readonly Point[], series: readonly Series[]): Point[] {
  const down = series.filter((each) => each.down).map((each) => each.key);
  if (down.length === 0) return [...points];
  return points.map((point) => {
    const turned: Point = { ...point };
    for (const key of down) {
      const value = point[key];
      turned[key] = typeof value === "number" ? -value || 0 : null;
    }
    return turned;
  });
}

/** The panes that are used, from above, with their series. */
export function panes(series: readonly Series[]): Series[][] {
  const found = [0, 1].map((pane) => series.filter((each) => (each.pane ?? 0) === pane));
  return found.filter((pane) => pane.length > 0);
}

/** Greatest distance from the axis, so that what goes up and what goes down are measured alike. */
export function reach(points: readonly Point[], series: readonly Series[]): number {
  let greatest = 0;
  for (const point of points)
    for (const { key } of series) {
      const value = point[key];
      if (typeof value === "number" && Math.abs(value) > greatest) greatest = Math.abs(value);
    }
  return greatest;
}

/** The next round number: 28 → 30, 132 → 150, 7 → 7. */
export function rounded(value: number): number {
  if (value <= 10) return Math.max(1, Math.ceil(value));
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * size >= value) ?? 10;
  return step * size;
}
