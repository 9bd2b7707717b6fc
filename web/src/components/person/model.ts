/** People as a search finds them: rows of attributes, of which some tell who it is. */

export interface Person {
  /** Id of the profile. */
  value: string;
  label: string;
  /** What else helps to tell two people apart. */
  about: string;
}

type Row = Record<string, unknown>;

const NAMES = ["name", "full_name", "email", "phone"];
const PARTS = ["first_name", "last_name"];
/** How many other attributes fit into one line. */
const OTHERS = 4;

const text = (value: unknown): string => (value === null || value === undefined || typeof value === "object" ? "" : String(value));

/** What a person is called: a name where one is known, else her address. */
export function nameOf(row: Row): string {
  const whole = PARTS.map((part) => text(row[part])).filter(Boolean).join(" ");
  return whole || (NAMES.map((name) => text(row[name])).find(Boolean) ?? "");
}

function person(row: Row): Person {
  const value = text(row.profile_id);
  const name = nameOf(row);
  const others = Object.entries(row).filter(([key, each]) => key !== "profile_id" && !key.startsWith("_") && !PARTS.includes(key) && text(each) && text(each) !== name);
  const about = others.slice(0, OTHERS).map(([key, each]) => (key === "email" ? text(each) : `${key}: ${text(each)}`));
  return { value, label: name && name !== value ? `${value} · ${name}` : value, about: about.join(" · ") };
}

/** Rows of `POST /api/profiles/find` as options; who has no id cannot be chosen. */
export const found = (rows: readonly Row[]): Person[] => rows.map(person).filter(({ value }) => value !== "");
