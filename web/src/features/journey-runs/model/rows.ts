/** Rows of reports and backtests, which the API gives as plain data; lengths of time are microseconds. */
import type { Schemas } from "~/lib/api/client";

export interface RunsRow {
  version: number;
  entered: number;
  in_progress: number;
  finished: number;
  error: number;
  timed_out: number;
  exited: number;
  instance_timed_out: number;
  stopped: number;
  merged: number;
  failed: number;
  held_out: number;
  discarded: number;
}
export interface ActivityRow {
  activity: string;
  kind: string;
  arrived: number;
  people: number;
  waiting: number;
  held: number;
  left: number;
  overtaken: number;
  errors: number;
  passed: number;
  /** In backtests only. */
  mailed?: number;
  capped?: number;
  delayed?: number;
}
export interface EdgeRow {
  activity: string;
  label: string;
  runs: number;
}
export interface DayRow {
  day: string;
  entered: number;
  held_out: number;
}
export interface DiscardRow {
  version: number;
  reason: string;
  inputs: number;
  people: number;
  last: string;
}
export interface ErrorRow {
  version: number;
  activity: string;
  kind: string;
  code: string;
  steps: number;
  people: number;
  last: string;
}
export interface CallRow {
  channel: string;
  endpoint: string;
  result: string;
  deliveries: number;
  attempts: number;
  longest: number | null;
}
export interface Interval {
  low: number;
  high: number;
}
/** Those who went through the journey against those held out; `null` where it cannot be said. */
export interface Goal {
  treated: number;
  treated_converted: number;
  held_out: number;
  held_out_converted: number;
  confidence: number;
  treated_rate: number | null;
  held_out_rate: number | null;
  difference: number | null;
  difference_interval: Interval | null;
  relative: number | null;
  relative_interval: Interval | null;
  extra: number | null;
  open: number;
}
export interface Report {
  runs: RunsRow[];
  activities: ActivityRow[];
  edges: EdgeRow[];
  days: DayRow[];
  discards: DiscardRow[];
  errors: ErrorRow[];
  calls: CallRow[];
  goal?: Goal | null;
}

export const reportOf = (told: Schemas["Report"]): Report => told as unknown as Report;
