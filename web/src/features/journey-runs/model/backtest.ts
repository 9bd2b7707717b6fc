/** What a draft would have done, made ready for figures, charts, the graph and the comparison. */
import type { Point } from "~/components/charts/model";
import type { Schemas } from "~/lib/api/client";
import { byDay } from "./days";
import type { ActivityRow, DiscardRow, EdgeRow, ErrorRow } from "./rows";

export interface PlayedDay {
  day: string;
  activity: string;
  arrived: number;
  waited: number;
  branched: number;
  mailed: number;
  capped: number;
  delayed: number;
  failed: number;
}
export interface Peak {
  channel: string;
  minute: string;
  most: number;
}
/** One person of the sample, with what would have happened to her. */
export interface Sampled {
  profile: string;
  runs: number;
  status: string | null;
  activities: string | null;
  messages: number;
  log: { time: string; activity: string; text: string; message: Record<string, string> | null }[];
}
export interface Played {
  journey: string;
  version: number;
  people: number;
  entered: number;
  seconds: number;
  activities: ActivityRow[];
  edges: EdgeRow[];
  days: PlayedDay[];
  discards: DiscardRow[];
  errors: ErrorRow[];
  peaks: Peak[];
  sample?: Sampled[];
}
export const playedOf = (told: Schemas["Backtest"] | Record<string, unknown>): Played => told as unknown as Played;

export const messagesOf = (played: Played): number => played.activities.reduce((sum, row) => sum + (row.mailed ?? 0), 0);
export const failedOf = (played: Played): number => played.activities.reduce((sum, row) => sum + row.errors, 0);
/** Runs that came to an end of the journey. */
export const endedOf = (played: Played): number => played.activities.reduce((sum, row) => sum + (row.kind === "end" ? row.arrived : 0), 0);

/** Per day: who entered, who came to an end, and messages. */
export function daysOf(played: Played): Point[] {
  const ends = new Set(played.activities.filter((row) => row.kind === "end").map((row) => row.activity));
  const rows = played.days.map((row) => ({
    day: row.day,
    entered: row.activity === "entry" ? row.branched : 0,
    ended: ends.has(row.activity) ? row.arrived : 0,
    messages: row.mailed,
    capped: row.capped,
  }));
  return byDay(rows, ["entered", "ended", "messages", "capped"]);
}

/** The days on which something happened, in order: the frames of the replay. */
export const framesOf = (played: Played): string[] => [...new Set(played.days.map((row) => row.day))].sort();

export interface Standing {
  arrived: number;
  waiting: number;
  left: number;
  errors: number;
}

/** What the counters of the activities would have shown at the end of a day. */
export function standingAt(played: Played, day: string): Map<string, Standing> {
  const found = new Map<string, Standing>();
  for (const row of played.days) {
    if (row.day > day) continue;
    const one = found.get(row.activity) ?? { arrived: 0, waiting: 0, left: 0, errors: 0 };
    one.arrived += row.arrived;
    one.left += row.branched + row.failed;
    one.errors += row.failed;
    found.set(row.activity, one);
  }
  const last = framesOf(played).at(-1);
  const waits = new Map(played.activities.map((row) => [row.activity, row]));
  for (const [activity, one] of found) {
    const whole = waits.get(activity);
    // At the end the exact numbers are known; before, who came and has not left by a way out is still there.
    if (day === last && whole) found.set(activity, { arrived: whole.arrived, waiting: whole.waiting, left: whole.left, errors: whole.errors });
    else one.waiting = whole?.kind === "end" ? 0 : Math.max(0, one.arrived - one.left);
  }
  return found;
}

export interface Compared {
  activity: string;
  kind: string;
  arrived: [number, number];
  mailed: [number, number];
  errors: [number, number];
}

/** Activity by activity: the draft, and the version that is live; those of one of them only stand last. */
export function compared(draft: Played, other: Played): Compared[] {
  const before = new Map(other.activities.map((row) => [row.activity, row]));
  const now = new Map(draft.activities.map((row) => [row.activity, row]));
  return [...new Set([...now.keys(), ...before.keys()])].map((activity) => {
    const [first, second] = [now.get(activity), before.get(activity)];
    const pair = (pick: (row: ActivityRow) => number | undefined): [number, number] => [first ? (pick(first) ?? 0) : 0, second ? (pick(second) ?? 0) : 0];
    return { activity, kind: (first ?? second)!.kind, arrived: pair((row) => row.arrived), mailed: pair((row) => row.mailed), errors: pair((row) => row.errors) };
  });
}

/** The day after, since the end of a stretch of time is not part of it. */
export function dayAfter(day: string): string {
  const time = new Date(`${day}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + 1);
  return time.toISOString().slice(0, 10);
}

/** The day `days` before an instant. */
export const daysBefore = (now: Date, days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
