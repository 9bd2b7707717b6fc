/** Rows that are all there, in an order that stands in the address. */
import { useView } from "~/lib/view";

type Key<Row> = (row: Row) => string | number;

export function useSorted<Row>(rows: readonly Row[], name: string, first: string, keys: Record<string, Key<Row>>) {
  const part = `sort_${name}`;
  const [view, change] = useView<Record<string, string>>({ [part]: first });
  const sort = view[part] ?? first;
  const key = keys[sort.replace(/^-/, "")];
  const sign = sort.startsWith("-") ? -1 : 1;
  const sorted = key ? [...rows].sort((one, other) => sign * (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0)) : rows;
  return { rows: sorted, sort, onSort: (next: string) => change({ [part]: next }) };
}
