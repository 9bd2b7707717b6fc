/** Members with what is known of them as a file of rows. */

export type Row = Record<string, unknown>;
export const FORMATS = ["csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** Spreadsheets take a cell that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A cell of a CSV file (RFC 4180). Texts that spreadsheets would run as formulas get an apostrophe before them. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const plain = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = typeof value === "string" && FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The columns of all rows in the order in which they first appear. */
export function columnsOf(rows: readonly Row[], before: readonly string[] = []): string[] {
  const found = new Set(before);
  for (const row of rows) for (const name of Object.keys(row)) found.add(name);
  return [...found];
}

export function csv(rows: readonly Row[], columns: readonly string[], head: boolean): string {
  const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(","));
  return [...(head ? [columns.map(cell).join(",")] : []), ...lines].map((line) => `${line}\r\n`).join("");
}

export const ndjson = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
