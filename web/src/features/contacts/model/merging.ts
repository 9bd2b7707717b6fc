/** What a merge would change on the card that stays: told field by field before it is done. */
import type { Values } from "~/components/crm/fields";

const SILENT = new Set(["id", "version", "revision", "search_name", "company_no"]);
const blank = (value: unknown): boolean => value === undefined || value === null || value === "" || value === false;

export interface Difference {
  name: string;
  /** On the card that stays, on the one that goes, and on the card as it would be. */
  stays: unknown;
  goes: unknown;
  result: unknown;
  /** The value of the one that goes would be lost. */
  lost: boolean;
}

/** Fields in which the two differ, those that the merge fills first, then those that are lost. */
export function differences(stays: Values, goes: Values, result: Values): Difference[] {
  const found = Object.keys(result)
    .filter((name) => !SILENT.has(name) && stays[name] !== goes[name] && !(blank(stays[name]) && blank(goes[name])))
    .map((name) => ({ name, stays: stays[name], goes: goes[name], result: result[name], lost: !blank(goes[name]) && result[name] !== goes[name] }));
  return found.sort((one, other) => Number(one.lost) - Number(other.lost));
}
