/** Undo, redo, save and duplicate by the keyboard, wherever on the page; inside of a field its own undo is meant. */
import { useEffect, useRef } from "react";
import type { Editor } from "./useEditor";

export interface Keys {
  editor: Editor;
  onSave: () => void;
  onDuplicate: () => void;
}

const writing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [contenteditable]") !== null);

export function useKeys(keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || document.querySelector("[role=dialog]")) return;
      const key = event.key.toLowerCase();
      const { editor, onSave, onDuplicate } = now.current;
      const act = key === "s" ? onSave : writing(event.target) ? null : key === "z" ? (event.shiftKey ? editor.redo : editor.undo) : key === "y" ? editor.redo : key === "d" ? onDuplicate : null;
      if (key === "s" || act) event.preventDefault();
      act?.();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
