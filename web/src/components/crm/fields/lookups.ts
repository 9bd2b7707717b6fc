/** Lists that fields of the CRM choose from: codes, salespeople, campaigns; and contacts, which are searched. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { asking, reading } from "~/lib/api/client";
import type { Campaign, Code, Contact, Cycle, PageOf, Salesperson, Template } from "./rows";
import { containing } from "./search";

export interface Option {
  value: string;
  label: string;
}

const worded = (code: string, words: string): Option => ({ value: code, label: words && words !== code ? `${words} (${code})` : code });
const SLOW = { staleTime: 60_000 };

/** The choices of a list: `salesperson`, `campaign`, `template`, `cycle`, `worksheet`, or a kind of codes such as `country`. */
export function useChoices(from: string | undefined): Option[] {
  const people = useQuery({ ...reading("/api/salespeople", { query: { limit: 1000 } }), ...SLOW, enabled: from === "salesperson" });
  const campaigns = useQuery({ ...reading("/api/campaigns", { query: { limit: 1000 } }), ...SLOW, enabled: from === "campaign" });
  const templates = useQuery({ ...reading("/api/interaction-templates", { query: { limit: 1000 } }), ...SLOW, enabled: from === "template" });
  const cycles = useQuery({ ...reading("/api/sales-cycles", { query: { limit: 1000 } }), ...SLOW, enabled: from === "cycle" });
  const attachments = useQuery({ ...reading("/api/attachments", { query: { limit: 1000 } }), ...SLOW, enabled: from === "attachment" });
  const kind = from && !OWN.has(from) ? from : undefined;
  const codes = useQuery({ ...reading("/api/codes/{kind}", { path: { kind: kind ?? "" }, query: { limit: 1000 } }), ...SLOW, enabled: kind !== undefined });
  if (from === "salesperson") return rowsOf<Salesperson>(people.data).map((row) => worded(row.code, row.name));
  if (from === "campaign") return rowsOf<Campaign>(campaigns.data).map((row) => worded(row.no, row.description));
  if (from === "template") return rowsOf<Template>(templates.data).map((row) => worded(row.code, row.description));
  if (from === "cycle") return rowsOf<Cycle>(cycles.data).filter((row) => !row.blocked).map((row) => worded(row.code, row.description));
  if (from === "attachment") return rowsOf<{ no: string; name: string }>(attachments.data).map((row) => worded(row.no, row.name));
  return rowsOf<Code>(codes.data).map((row) => worded(row.code, row.description));
}
const OWN = new Set(["salesperson", "campaign", "template", "cycle", "attachment"]);

/** Rows of a page whose columns are known here. */
export const rowsOf = <T>(page: unknown): T[] => (page as PageOf<T> | undefined)?.items ?? [];

/** Contacts whose name, number or address contains a text: the first twenty. */
export function useContactSearch(search: string, only?: "company" | "person") {
  const filters = { ...(only ? { contact: { type: only } } : {}), ...containing(search) };
  return useQuery({ ...asking("/api/contacts/find", { body: { limit: 20, filters } }), placeholderData: keepPreviousData });
}

/** Numbers in one question: a filter expression may not be of any length. */
const AT_ONCE = 100;

/** The contacts with these numbers, for lists that hold numbers only. */
export function useNames(numbers: readonly (string | null | undefined)[]): ReadonlyMap<string, Contact> {
  const wanted = [...new Set(numbers.filter((no): no is string => Boolean(no)))].sort();
  const parts = Array.from({ length: Math.ceil(wanted.length / AT_ONCE) }, (_, place) => wanted.slice(place * AT_ONCE, (place + 1) * AT_ONCE));
  const found = useQueries({
    queries: parts.map((part) => ({
      ...asking("/api/contacts/find", { body: { limit: AT_ONCE, filters: { contact: { no: part.map((no) => `'${no.replaceAll("'", "''")}'`).join("|") } } } }),
      placeholderData: keepPreviousData,
    })),
  });
  return new Map(found.flatMap(({ data }) => rowsOf<Contact>(data)).map((row) => [row.no, row]));
}
