/** A part of a page that is read: a skeleton of its height, then what was read, or what failed and a way to try again. */
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "~/components/Failed";

export function Loaded<T>({ query, what, height, children }: { query: UseQueryResult<T>; what: string; height: string | number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} what={what} again={() => void query.refetch()} />;
  return <Skeleton h={height} role="status" aria-label={what} />;
}
