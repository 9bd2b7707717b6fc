/** Entries of the audit log in words. */
export interface Entry {
  number: number;
  at: string;
  /** `account`, `key`, or empty for somebody who is not known. */
  kind: string;
  caller: string;
  name: string;
  operation: string;
  target: string;
  /** Status of the answer. */
  outcome: number;
  address: string;
  request: string;
}

export type Verdict = "done" | "refused" | "failed";
export const verdictOf = (outcome: number): Verdict => (outcome < 400 ? "done" : outcome < 500 ? "refused" : "failed");

/** `profiles_erase_one` as people read it: "Profiles: erase one". A bare verb is a request that led nowhere. */
export function spoken(operation: string): string {
  if (!operation || /^[A-Z]+$/.test(operation)) return operation;
  const [room = "", ...rest] = operation.split("_");
  const words = rest.join(" ");
  const said = room.charAt(0).toUpperCase() + room.slice(1);
  return words ? `${said}: ${words}` : said;
}

/** `audit_entry` of a page is followed by those with lower numbers. */
export const nextOf = (items: readonly Entry[], size: number): string | null => (items.length === size ? String(items.at(-1)!.number) : null);
