/** What a page shows (filter, order, tab, page) stands in its address, so that a view can be shared and gone back to. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

type Value = string | number | boolean | undefined;

/**
 * Parts of the address after `?`, and a function that changes some of them.
 *
 * Values that are the default are left out of the address. A change replaces the entry in the history unless `push`.
 */
export function useView<T extends Record<string, Value>>(defaults: T): [T, (change: Partial<T>, push?: boolean) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const view = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const said = search[name];
    // An address that somebody typed says 12 where a text is meant.
    if (said !== undefined) view[name] = (typeof defaults[name] === "string" && typeof said !== "string" ? (typeof said === "object" ? JSON.stringify(said) : String(said)) : said) as T[typeof name];
  }
  const change = useCallback(
    (changes: Partial<T>, push = false) =>
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => {
          const next = { ...before, ...changes };
          for (const name of Object.keys(next)) if (next[name] === "" || next[name] === defaults[name]) delete next[name];
          return next;
        },
        replace: !push,
        resetScroll: false,
      } as never),
    [navigate, JSON.stringify(defaults)],
  );
  return [view, change];
}
