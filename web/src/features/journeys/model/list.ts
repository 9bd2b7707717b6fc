/** Searching, sorting and paging the list of journeys. */
import type { JourneyRow } from "../api/journeys";

export type Counted = Pick<JourneyRow, "entered" | "inside" | "ended">;
export interface View {
  search: string;
  status: string;
  sort: string;
}

const plain = (text: string): string => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

/** Rows with the newest numbers, as they are looked for. `live` gives the numbers of a moment ago, where it knows some. */
export function rowsOf(rows: readonly JourneyRow[], { search, status, sort }: View, live: (journey: string) => Partial<JourneyRow> | undefined): JourneyRow[] {
  const wanted = plain(search.trim());
  const found = rows
    .map((row) => ({ ...row, ...live(row.journey) }))
    .filter((row) => (status === "" || row.status === status) && (wanted === "" || plain(`${row.name} ${row.journey}`).includes(wanted)));
  const down = sort.startsWith("-");
  const key = (down ? sort.slice(1) : sort) as keyof JourneyRow;
  return found.sort((a, b) => (down ? -1 : 1) * compared(a[key], b[key]) || compared(a.name, b.name));
}

const compared = (a: unknown, b: unknown): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a ?? "").localeCompare(String(b ?? ""), undefined, { numeric: true, sensitivity: "base" });
