/** What time alone will do to a segment: who leaves, who enters, and when most of it is gone. */
import type { Point } from "~/components/charts/TimeChart";

/** A day to come; whoever is in the segment leaves once, whoever is not enters once. */
export interface Ahead {
  day: string;
  entering: number;
  leaving: number;
  members: number;
}

export const LENGTHS = [14, 30, 90] as const;
export const isLength = (days: number): boolean => (LENGTHS as readonly number[]).includes(days);

export const pointsAhead = (days: readonly Ahead[]): Point[] => days.map(({ day, entering, leaving, members }) => ({ at: day, members, entering, leaving }));

export interface Outlook {
  leaving: number;
  entering: number;
  /** The first day at whose end no more than half of those of today are left; `null`: none of these days. */
  halved: string | null;
}

export function outlook(days: readonly Ahead[]): Outlook {
  const leaving = days.reduce((all, day) => all + day.leaving, 0);
  const entering = days.reduce((all, day) => all + day.entering, 0);
  const first = days[0];
  const before = first ? first.members + first.leaving - first.entering : 0;
  const half = before > 0 ? days.find(({ members }) => members <= before / 2) : undefined;
  return { leaving, entering, halved: half?.day ?? null };
}
