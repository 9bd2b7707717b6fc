/** What is wrong, worst first, and where it is mended. */
import type { Head } from "~/lib/live";

export interface Problem {
  /** Its words are `problem.<code>.title`, `.means` and `.do` of the feature. */
  code: string;
  grave: boolean;
  count: number;
  to: string;
  search?: Record<string, string>;
}

const KNOWN: Record<string, Pick<Problem, "grave" | "to" | "search">> = {
  "not-running": { grave: true, to: "/settings" },
  late: { grave: false, to: "/data" },
  "hooks-failing": { grave: false, to: "/settings", search: { tab: "webhooks" } },
  "hooks-disabled": { grave: true, to: "/settings", search: { tab: "webhooks" } },
  "deliveries-failed": { grave: false, to: "/deliveries", search: { result: "failed" } },
  "dead-letters": { grave: false, to: "/data", search: { tab: "letters" } },
};

export function problemsOf(head: Head): Problem[] {
  const counts: Record<string, number> = {
    late: head.behind_seconds ?? 0,
    "hooks-failing": head.hooks.failing ?? 0,
    "hooks-disabled": head.hooks.disabled ?? 0,
    "deliveries-failed": head.deliveries.failed ?? 0,
    "dead-letters": head.dead_letters,
  };
  const codes = [...head.problems];
  if (head.deliveries.failed) codes.push("deliveries-failed");
  if (head.dead_letters) codes.push("dead-letters");
  const found = codes.map((code) => ({ code, count: counts[code] ?? 0, ...(KNOWN[code] ?? { grave: true, to: "/settings" }) }));
  return found.sort((one, other) => Number(other.grave) - Number(one.grave));
}

/** Whether there are words for a problem; a newer server may know others. */
export const isKnown = (code: string): boolean => code in KNOWN;
