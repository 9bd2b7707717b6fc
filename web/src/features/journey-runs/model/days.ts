/** Days without gaps, so that a chart shows the days on which nothing happened. */
import type { Point } from "~/components/charts/model";

const DAY = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Rows summed by day, zeros where there are none; weeks (by their Monday) where there would be more than `most` days. */
export function byDay<Row extends { day: string }>(rows: readonly Row[], names: readonly (keyof Row & string)[], most = 400): Point[] {
  if (rows.length === 0) return [];
  const days = rows.map((row) => Date.parse(row.day));
  const first = Math.min(...days);
  const last = Math.max(...days);
  const weeks = (last - first) / DAY + 1 > most;
  const start = weeks ? monday(first) : first;
  const step = weeks ? 7 * DAY : DAY;
  const points: Point[] = [];
  for (let time = start; time <= last; time += step) points.push({ at: iso(time), ...Object.fromEntries(names.map((name) => [name, 0])) });
  rows.forEach((row, place) => {
    const point = points[Math.floor((days[place]! - start) / step)]!;
    for (const name of names) (point as Record<string, number | string | null>)[name] = Number(point[name]) + Number(row[name] ?? 0);
  });
  return points;
}

const monday = (time: number): number => time - ((new Date(time).getUTCDay() + 6) % 7) * DAY;
