/** What the server says is wrong with a line: "line 190000, contact C02703: …". */
import { Failure } from "~/lib/api/request";

/** The line that a fault is about, and its contact; `null` where it is about none. */
export function faultOf(error: unknown): { line: number | null; contact: string | null } {
  if (!(error instanceof Failure)) return { line: null, contact: null };
  const { where, message } = error.problem;
  const line = /^line (\d+)/.exec(where ?? message);
  const contact = /contact (\S+?)[:,]/.exec(message);
  return { line: line ? Number(line[1]) : null, contact: contact?.[1] ?? null };
}
