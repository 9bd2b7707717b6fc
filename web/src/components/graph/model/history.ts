/** What was done, to undo and redo it. Edits of one field in a row are one step. */
export interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
  /** What the last step was about; the next one about the same joins it. */
  about: string | null;
}

const LONGEST = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], about: null });

export function did<T>(history: History<T>, next: T, about: string | null = null): History<T> {
  if (next === history.now) return history;
  const joins = about !== null && about === history.about && history.past.length > 0;
  const past = joins ? history.past : [...history.past, history.now].slice(-LONGEST);
  return { past, now: next, future: [], about };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], about: null };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future, about: null };
}
