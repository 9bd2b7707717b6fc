/** Requests of the audit log. */
import { keepPreviousData } from "@tanstack/react-query";
import { reading } from "~/lib/api/client";
import type { Entry } from "../model/entries";

export const SIZE = 50;

export interface View {
  caller: string;
  operation: string;
  target: string;
  outcome: string;
  since: string;
  until: string;
  after: string;
}

/** Midnight of a day of the reader, or of the day behind it. */
const instant = (day: string, plus = 0): string | null => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + plus).toISOString() : null;
};

export const entriesOf = (view: View) => ({
  ...reading("/api/audit", {
    query: {
      caller: view.caller,
      operation: view.operation,
      target: view.target,
      outcome: view.outcome ? Number(view.outcome) : null,
      since: instant(view.since),
      until: instant(view.until, 1),
      before: view.after ? Number(view.after) : null,
      limit: SIZE,
    },
  }),
  placeholderData: keepPreviousData,
  select: ({ items }: { items: unknown[] }) => items as Entry[],
});
