/** The list of worksheets: searched, narrowed, ordered. */
import type { Header } from "./types";

export interface View {
  search: string;
  owner: string;
  campaign: string;
  sort: string;
}

const TEXTS = ["no", "description", "campaign_no", "interaction_template", "salesperson_code"] as const;

export function shown(rows: readonly Header[], { search, owner, campaign, sort }: View): Header[] {
  const wanted = search.trim().toLowerCase();
  const found = rows.filter(
    (row) => (!wanted || TEXTS.some((name) => row[name].toLowerCase().includes(wanted))) && (!owner || row.salesperson_code === owner) && (!campaign || row.campaign_no === campaign),
  );
  const down = sort.startsWith("-");
  const name = down ? sort.slice(1) : sort;
  const order = (a: Header, b: Header) => compare(a[name], b[name]) || compare(a.no, b.no);
  return found.sort((a, b) => (down ? order(b, a) : order(a, b)));
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a ?? "").localeCompare(String(b ?? ""), undefined, { numeric: true });

/** The values that stand in a column, each once. */
export const valuesOf = (rows: readonly Header[], name: "salesperson_code" | "campaign_no"): string[] => [...new Set(rows.map((row) => row[name]).filter(Boolean))].sort();
