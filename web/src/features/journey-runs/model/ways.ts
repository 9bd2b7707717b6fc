/** The labels of the ways out of an activity, as the server calls them. */
import { journeyOf, pathsOf } from "~/components/graph/model/definition";
import { outletsOf } from "~/components/graph/model/outlets";

const WORDS: Record<string, string> = { then: "next", on_timeout: "timeout", on_error: "error", otherwise: "otherwise", again: "again" };

export function waysOf(definition: unknown, activity: string): string[] {
  const found = journeyOf(definition).activities[activity];
  if (!found) return [];
  const labels = pathsOf(found).map(({ label }, place) => label || `path ${place + 1}`);
  const waiting = found.type.startsWith("wait_for");
  const named = outletsOf(found).flatMap(({ handle }) => (handle === "then" && waiting ? ["event"] : WORDS[handle] ? [WORDS[handle]] : []));
  return [...labels, ...named];
}
