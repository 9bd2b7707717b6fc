/** Messages by result, out of counts by journey, activity and channel. */
import type { Schemas } from "~/lib/api/client";

type Row = Schemas["JourneysDeliveriesRow"];
const ORDER = ["sent", "pending", "skipped", "failed"];

export interface Count {
  result: string;
  messages: number;
}

/** Counted over what the other filters leave; the usual results stand first and always, others as often as they occur. */
export function byResult(rows: readonly Row[], { journey, channel }: { journey: string; channel: string }): Count[] {
  const sums = new Map(ORDER.map((result) => [result, 0]));
  for (const row of rows)
    if ((!journey || row.journey === journey) && (!channel || row.channel === channel)) sums.set(row.result, (sums.get(row.result) ?? 0) + row.messages);
  const found = [...sums].map(([result, messages]) => ({ result, messages }));
  return [...found.slice(0, ORDER.length), ...found.slice(ORDER.length).sort((one, other) => other.messages - one.messages)];
}

/** The different values of a column, sorted. */
export const distinct = (rows: readonly Row[], column: "journey" | "channel" | "result"): string[] => [...new Set(rows.map((row) => row[column]))].sort();
