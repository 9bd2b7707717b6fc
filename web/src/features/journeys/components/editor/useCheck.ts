/** What the server finds wrong with a draft, a moment after the last edit. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { GraphProblem, JourneyDefinition } from "~/components/graph/model";
import { api } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";

const SOON = 350;

export interface Checked {
  problems: readonly GraphProblem[];
  /** The newest edit is not checked yet. */
  busy: boolean;
  /** Checking itself did not work. */
  error: unknown;
}

async function check(journey: JourneyDefinition, signal: AbortSignal): Promise<readonly GraphProblem[]> {
  try {
    await api.post("/api/definitions/check", { body: { definitions: journey }, signal });
    return [];
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 422) throw failure;
    return failure.problem.problems ?? [failure.problem];
  }
}

export function useCheck(journey: JourneyDefinition, on: boolean): Checked {
  const [settled] = useDebouncedValue(journey, SOON);
  const query = useQuery({ queryKey: ["/api/definitions/check", settled], queryFn: ({ signal }) => check(settled, signal), enabled: on, placeholderData: keepPreviousData, gcTime: 60_000 });
  return { problems: on ? (query.data ?? NONE) : NONE, busy: settled !== journey || query.isFetching, error: query.error };
}
const NONE: readonly GraphProblem[] = [];
