/** Reads again what may be another now, soon after something moved and never in a hurry. */
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { changed } from "~/lib/api/client";
import { live } from "~/lib/live";

/** All entries and exits of the workspace so far: another number when anybody entered or left a segment. */
const moves = (): number => {
  let sum = 0;
  for (const { entries, exits } of live.segments.values()) sum += entries + exits;
  return sum;
};
export const useMoves = (): number => useSyncExternalStore(live.subscribe, moves);

/** Another text when people moved, or when events were taken in. */
const stir = (): string => {
  const busy = (live.head?.events_per_second ?? 0) > 0;
  return `${moves()} ${busy ? live.head?.tick : ""}`;
};

/**
 * Call `read` after something happened, at most once in `every` milliseconds.
 *
 * The first picture of a page is no happening: what the page shows was read at that moment.
 */
export function useRefresh(read: () => void, every: number, held = false): void {
  const sign = useSyncExternalStore(live.subscribe, stir);
  const known = useSyncExternalStore(live.subscribe, () => live.head !== undefined);
  const seen = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    if (!known || held) return;
    if (seen.current === undefined) seen.current = sign;
    if (seen.current === sign || timer.current) return;
    seen.current = sign;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, every);
  }, [sign, known, held, every]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** Ticks that are waited for after something was asked that the workspace does with its next tick. */
const TICKS = 3;
const LONGEST = 8_000;

/**
 * Read these addresses again now, and after each of the next ticks: what was asked counts with one of them.
 *
 * Resolves when the first of them has passed, or at once in a workspace that stands still.
 */
export function settled(queries: QueryClient, ...prefixes: string[]): Promise<void> {
  const first = live.head?.tick ?? 0;
  const now = changed(queries, ...prefixes);
  if (!live.head?.live) return now;
  return new Promise((resolve) => {
    let seen = first;
    const look = () => {
      const tick = live.head?.tick ?? first;
      if (tick === seen) return;
      seen = tick;
      void changed(queries, ...prefixes).then(resolve);
      if (tick >= first + TICKS) end();
    };
    const leave = live.subscribe(look);
    const timer = setTimeout(() => end(), LONGEST);
    const end = () => {
      clearTimeout(timer);
      leave();
      resolve();
    };
  });
}
