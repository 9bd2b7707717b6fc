/** Who is signed in, and what she may do. */
import { useQuery } from "@tanstack/react-query";
import { reading } from "~/lib/api/client";

export const session = { ...reading("/api/session"), staleTime: 60_000, retry: false };

/** Whether the caller has a scope such as `segments:write`. */
export function useMay(scope: string): boolean {
  const { data } = useQuery(session);
  return data?.scopes.includes(scope) ?? false;
}
