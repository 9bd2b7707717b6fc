/** Which connections may be drawn, and why the others may not. The server checks the whole once more. */
import { ENTRY, type JourneyDefinition } from "./definition";
import { before, reachable } from "./graph";
import { isWait } from "./kinds";
import { outletOf } from "./outlets";

/** Words for each stand in `graph:refused`. */
export type Refusal = "into_entry" | "no_way_out" | "unknown" | "itself" | "twice" | "cycle" | "loop_leads_forward" | "race";

/** Why this way may not lead to `target` as well, or `null`. With `instead` the other targets of the way are given up. */
export function refusal(journey: JourneyDefinition, source: string, handle: string, target: string, instead = false): Refusal | null {
  if (target === ENTRY) return "into_entry";
  const outlet = outletOf(journey, source, handle);
  if (!outlet) return "no_way_out";
  const activity = journey.activities[target];
  if (!activity) return "unknown";
  if (source === target) return "itself";
  if (outlet.targets.includes(target)) return "twice";
  const back = source !== ENTRY && reachable(journey, target).has(source);
  if (outlet.kind === "again") return back ? null : "loop_leads_forward";
  if (back) return "cycle";
  if (instead || outlet.targets.length === 0) return null;
  const all = [target, ...outlet.targets];
  return all.every((id) => isWait(journey.activities[id]?.type ?? "")) ? null : "race";
}

/** How a connection would be drawn: beside the targets that are there, in their place, or not at all. */
export function connection(journey: JourneyDefinition, source: string, handle: string, target: string): { targets: readonly string[] } | { refused: Refusal } {
  const beside = refusal(journey, source, handle, target);
  const there = outletOf(journey, source, handle)?.targets ?? [];
  if (beside === null) return { targets: [...there, target] };
  if (beside !== "race") return { refused: beside };
  // A way leads to one activity unless waits race: drawing it elsewhere moves it.
  return { targets: [target] };
}

/** Where a way may lead, for choosing from a list: the same as asking for each, in one look at the graph. */
export function candidates(journey: JourneyDefinition, source: string, handle: string): readonly string[] {
  const outlet = outletOf(journey, source, handle);
  if (!outlet) return [];
  const back = new Set(source === ENTRY ? [] : before(journey, source));
  const may = (target: string) => target !== source && !outlet.targets.includes(target) && back.has(target) === (outlet.kind === "again");
  return Object.keys(journey.activities).filter(may);
}
