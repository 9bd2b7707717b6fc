/** Lists that are short enough to be read whole: narrowed by a text and ordered in the browser. */
type Row = object;

const at = (row: Row, key: string): unknown => (row as Record<string, unknown>)[key];

/** Rows that hold a text in one of these columns, in any case. */
export function holding<T extends Row>(rows: readonly T[], search: string, keys: readonly string[]): T[] {
  const wanted = search.trim().toLowerCase();
  return wanted ? rows.filter((row) => keys.some((key) => String(at(row, key) ?? "").toLowerCase().includes(wanted))) : [...rows];
}

/** Rows by a column, `-` before it for the greatest first; those without a value stand last either way. */
export function ordered<T extends Row>(rows: readonly T[], sort: string): T[] {
  const key = sort.replace(/^-/, "");
  const turn = sort.startsWith("-") ? -1 : 1;
  const none = (value: unknown) => value === null || value === undefined || value === "";
  return [...rows].sort((one, other) => {
    const [left, right] = [at(one, key), at(other, key)];
    if (none(left) || none(right)) return Number(none(left)) - Number(none(right));
    if (typeof left === "number" && typeof right === "number") return turn * (left - right);
    return turn * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}
