/** Plays drafts over the recorded past; one at a time for each journey, and it can be cancelled. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api } from "~/lib/api/client";
import { type Played, playedOf } from "../model/backtest";

export interface Asked {
  draft: string | Record<string, unknown>;
  /** What is live, to compare with. */
  against: Record<string, unknown> | null;
  since: string | null;
  until: string | null;
  answers: Record<string, Record<string, unknown>>;
}
export interface Result {
  draft: Played;
  live: Played | null;
  asked: Asked;
}

/** The result is kept while the application is open: another tab and back, and it still stands there. */
export function useBacktest(journey: string) {
  const queries = useQueryClient();
  const key = ["backtest", journey];
  const { data = null } = useQuery<Result | null>({ queryKey: key, queryFn: () => null, enabled: false, gcTime: Infinity });
  const [since, begin] = useState<number | null>(null);
  const [error, fail] = useState<unknown>(null);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);

  const play = async (asked: Asked): Promise<void> => {
    const mine = (control.current = new AbortController());
    begin(Date.now());
    fail(null);
    try {
      const draft = await one(asked.draft, asked, mine.signal);
      const live = asked.against && (await one(asked.against, asked, mine.signal));
      queries.setQueryData<Result>(key, { draft, live, asked });
    } catch (problem) {
      if (!mine.signal.aborted) fail(problem);
    } finally {
      if (control.current === mine) begin(null);
    }
  };
  return { result: data, since, error, play, cancel: () => control.current?.abort() };
}

const one = async (draft: Asked["draft"], { since, until, answers }: Asked, signal: AbortSignal): Promise<Played> =>
  playedOf(await api.post("/api/journeys/backtest", { body: { draft, since, until, answers: Object.keys(answers).length ? answers : null } as never, signal }));
