/** What was before, for undo and redo. Changes of one field, one after the other, are one step. */
export interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
  /** What the last change was about. */
  as: string | undefined;
}

const MOST = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], as: undefined });

export function changed<T>(history: History<T>, now: T, as?: string): History<T> {
  if (now === history.now) return history;
  const same = as !== undefined && as === history.as;
  return { past: same ? history.past : [...history.past, history.now].slice(-MOST), now, future: [], as };
}

export function undo<T>({ past, now, future }: History<T>): History<T> {
  const before = past[past.length - 1];
  return before === undefined ? { past, now, future, as: undefined } : { past: past.slice(0, -1), now: before, future: [now, ...future], as: undefined };
}

export function redo<T>({ past, now, future }: History<T>): History<T> {
  const [next, ...rest] = future;
  return next === undefined ? { past, now, future, as: undefined } : { past: [...past, now], now: next, future: rest, as: undefined };
}
