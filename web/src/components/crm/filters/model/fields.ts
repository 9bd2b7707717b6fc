/** What can be filtered: the sub-tables of the CRM with their fields, written from the server's own (`fields.json`). */
import known from "./fields.json";

export type Kind = "text" | "code" | "choice" | "number" | "date" | "flag";
export interface Field {
  kind: Kind;
  options?: readonly string[];
}
export interface SubTable {
  /** Fields that people look for first. */
  offered: readonly string[];
  fields: Readonly<Record<string, Field>>;
}

export const TABLES = known as unknown as Readonly<Record<string, SubTable>>;
export const TABLE_NAMES = Object.keys(TABLES);

/** The full name of a field: filters may say `template` for `template_code`, `campaign` for `campaign_no`. */
export function fullName(table: string, name: string): string {
  const fields = TABLES[table]?.fields ?? {};
  return [name, `${name}_code`, `${name}_no`].find((each) => each in fields) ?? name;
}

export const fieldOf = (table: string, name: string): Field => TABLES[table]?.fields[fullName(table, name)] ?? { kind: "text" };

/** A field that most people would filter first. */
export const firstField = (table: string): string => TABLES[table]?.offered[0] ?? "code";
