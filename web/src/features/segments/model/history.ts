/** What moved a segment, day by day: the part that is shown, in pieces that can be told apart. */
import type { Point } from "~/components/charts/TimeChart";
import type { Schemas } from "~/lib/api/client";

export type Day = Schemas["SegmentsHistoryRow"];

/** Lengths of time that can be chosen, in days; 0: all there is. */
export const RANGES = { month: 30, quarter: 90, year: 365, all: 0 } as const;
export type Range = keyof typeof RANGES;
export const isRange = (text: string): text is Range => text in RANGES;

/** More bars than this cannot be told apart. */
const MOST = 130;

/**
 * The last days of a history, up to the day of `today`: quiet days at the end, which it leaves out, are days too.
 * None where nobody ever came.
 */
export function lastDays(history: readonly Day[], range: Range, today?: string): Day[] {
  if (!history.some(({ entries, exits, members }) => entries || exits || members)) return [];
  const whole = filled(history, today);
  const length = RANGES[range];
  return length ? whole.slice(-length) : whole;
}

const DAY = 86_400_000;
const after = (day: string): string => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);

/** Every day from the first one on, those on which nothing happened with the members of before. */
function filled(history: readonly Day[], today?: string): Day[] {
  const days: Day[] = [];
  for (const day of history) {
    fill(days, day.day);
    days.push(day);
  }
  if (today && days.length > 0) fill(days, after(today));
  return days;
}

function fill(days: Day[], until: string): void {
  let last = days[days.length - 1];
  if (!last) return;
  for (let day = after(last.day); day < until; day = after(day)) {
    last = { day, entries: 0, exits: 0, members: last.members };
    days.push(last);
  }
}

/** Days as points of a chart; of long times a point stands for several days, and bears the date of the first. */
export function pointsOf(days: readonly Day[]): Point[] {
  const size = days.length <= MOST ? 1 : days.length <= MOST * 7 ? 7 : 30;
  const points: Point[] = [];
  // Counted from the end, so that the newest point is a whole one.
  for (let end = days.length; end > 0; end -= size) {
    const group = days.slice(Math.max(0, end - size), end);
    points.unshift({ at: group[0]!.day, members: group[group.length - 1]!.members, entries: sum(group, "entries"), exits: sum(group, "exits") });
  }
  return points;
}

const sum = (days: readonly Day[], what: "entries" | "exits"): number => days.reduce((all, day) => all + day[what], 0);

/** Days that one point of the chart stands for. */
export const daysEach = (days: readonly Day[]): number => (days.length <= MOST ? 1 : days.length <= MOST * 7 ? 7 : 30);
