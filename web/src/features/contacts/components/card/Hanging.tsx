/** A list of what hangs on a contact: read, shown, or explained where there is nothing. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { rowsOf } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { type Column, Table } from "~/components/table/Table";

export interface HangingProps<Row> {
  label: string;
  found: UseQueryResult<unknown>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  empty: ReactNode;
}

export function Hanging<Row>({ label, found, columns, keyOf, empty }: HangingProps<Row>) {
  if (found.error) return <Failed error={found.error} what={label} again={() => void found.refetch()} />;
  return <Table label={label} columns={columns} rows={found.data === undefined ? undefined : rowsOf<Row>(found.data)} keyOf={keyOf} loadingRows={4} empty={empty} />;
}
