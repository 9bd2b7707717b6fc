/** Where a problem is: the server names places like `activities.mail.subject`; the canvas shows them at nodes. */
import { ENTRY, type JourneyDefinition } from "./definition";

export interface GraphProblem {
  code: string;
  message: string;
  where?: string | null;
  hint?: string | null;
}

/** The node that a place is in, and the setting there; no node where it is about the whole journey. */
export function nodeAt(where: string | null | undefined): { node: string | null; setting: string } {
  const [first = "", second = "", ...rest] = (where ?? "").split(".");
  if (first === "activities" && second) {
    // A name may stand before a bracket: `activities.a[0]` does not occur, `activities.a.paths[0].when` does.
    return { node: second, setting: rest.join(".") };
  }
  if (first === "entry" || first === "start" || first.startsWith("start[")) return { node: ENTRY, setting: [second, ...rest].filter(Boolean).join(".") };
  return { node: null, setting: where ?? "" };
}

/** Problems by node; those of the whole journey under the empty name. */
export function problemsByNode(problems: readonly GraphProblem[], journey: JourneyDefinition): ReadonlyMap<string, readonly GraphProblem[]> {
  const found = new Map<string, GraphProblem[]>();
  for (const problem of problems) {
    const { node } = nodeAt(problem.where);
    const id = node !== null && (node === ENTRY || node in journey.activities) ? node : "";
    found.set(id, [...(found.get(id) ?? []), problem]);
  }
  return found;
}
