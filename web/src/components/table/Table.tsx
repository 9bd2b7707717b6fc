/** Rows of a list: aligned, sortable, with columns to choose; a skeleton of the same height while they load. */
import { Box, Skeleton, Text, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export interface Column<Row> {
  key: string;
  /** The head of the column, translated already. */
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right, in figures of one width. */
  number?: boolean;
  sortable?: boolean;
  /** Its cells hold a second, smaller line. */
  tall?: boolean;
  /** Width such as "8rem"; the rest is shared. */
  width?: string;
}

export interface TableProps<Row> {
  /** What the table shows, for those who cannot see it. */
  label: string;
  columns: readonly Column<Row>[];
  /** `undefined` while they are loading. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** Column that orders the rows; with `-` before it, the greatest first. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Lines of the skeleton. */
  loadingRows?: number;
  /** Shown in place of rows when there are none. */
  empty?: ReactNode;
}

export function Table<Row>({ label, columns, rows, keyOf, sort = "", onSort, loadingRows = 10, empty }: TableProps<Row>) {
  if (rows?.length === 0 && empty) return <>{empty}</>;
  return (
    <Box style={{ overflowX: "auto" }} tabIndex={0} role="region" aria-label={label}>
      <table className="rows" aria-busy={!rows}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows ? rows.map((row) => <Line key={keyOf(row)} row={row} columns={columns} />) : <Waiting columns={columns} lines={loadingRows} />}
        </tbody>
      </table>
    </Box>
  );
}

function Head<Row>({ column, sort, onSort }: { column: Column<Row>; sort: string; onSort?: (sort: string) => void }) {
  const { t } = useTranslation();
  const down = sort === `-${column.key}`;
  const up = sort === column.key;
  const order = up ? "ascending" : down ? "descending" : "none";
  const head = (
    <Text span size="xs" fw={600} c="dimmed">
      {column.label}
      {(up || down) && <span aria-hidden>{up ? " ↑" : " ↓"}</span>}
    </Text>
  );
  return (
    <th className={column.number ? "num" : undefined} style={{ width: column.width }} aria-sort={column.sortable ? order : undefined} scope="col">
      {column.sortable && onSort ? (
        <UnstyledButton onClick={() => onSort(down || (up && !column.number) ? (down ? column.key : `-${column.key}`) : column.number ? `-${column.key}` : column.key)} title={t("table.sort", { column: column.label })}>
          {head}
        </UnstyledButton>
      ) : (
        head
      )}
    </th>
  );
}

function Line<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.key} className={column.number ? "num" : undefined}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function Waiting<Row>({ columns, lines }: { columns: readonly Column<Row>[]; lines: number }) {
  return Array.from({ length: lines }, (_, line) => (
    <tr key={line}>
      {columns.map((column) => (
        <td key={column.key}>
          <Skeleton>
            {"\u00a0"}
            {column.tall && <Text span size="xs" display="block">{"\u00a0"}</Text>}
          </Skeleton>
        </td>
      ))}
    </tr>
  ));
}
