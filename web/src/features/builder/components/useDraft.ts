/** The draft with its history; Ctrl-Z and Ctrl-Shift-Z wherever the cursor is, but in the code editor, which has its own. */
import { useCallback, useEffect, useState } from "react";
import type { Draft } from "../model/draft";
import { begin, changed, redo, undo } from "../model/history";

export interface Drafting {
  draft: Draft;
  change: (next: Partial<Draft>, as?: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** Another draft in its place, with no way back. */
  restart: (draft: Draft) => void;
}

export function useDraft(first: Draft): Drafting {
  const [history, set] = useState(() => begin(first));
  const back = useCallback(() => set(undo), []);
  const forth = useCallback(() => set(redo), []);
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.target as HTMLElement).closest?.(".cm-editor, [role=dialog]")) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      (key === "y" || event.shiftKey ? forth : back)();
    };
    window.addEventListener("keydown", keys);
    return () => window.removeEventListener("keydown", keys);
  }, [back, forth]);
  const change = useCallback((next: Partial<Draft>, as?: string) => set((before) => changed(before, { ...before.now, ...next }, as)), []);
  const restart = useCallback((draft: Draft) => set(begin(draft)), []);
  return { draft: history.now, change, undo: history.past.length ? back : null, redo: history.future.length ? forth : null, restart };
}
