/** A journey being edited: every edit, undo and redo, where nodes were moved to, and what is not saved yet. */
import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { begin, did, type Draft, type Edit, edited, type History, type JourneyDefinition, journeyOf, redo, undo } from "~/components/graph/model";
import { keepMoved, keepUnsaved, movedOf, unsavedOf } from "../../model/kept";

type Step = { edit: Edit; about?: string } | { load: JourneyDefinition } | "undo" | "redo";

function stepped(history: History<Draft>, step: Step): History<Draft> {
  if (step === "undo") return undo(history);
  if (step === "redo") return redo(history);
  if ("load" in step) return begin({ journey: step.load, moved: history.now.moved });
  return did(history, edited(history.now, step.edit), step.about ?? null);
}

export interface Editor {
  draft: Draft;
  editable: boolean;
  dirty: boolean;
  /** Edits of another day were found in this browser, and are shown. */
  found: boolean;
  /** Of what was read or saved last. */
  etag: string | null;
  /** Edits about the same thing are one step of undo. */
  edit: (edit: Edit, about?: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  saved: (journey: JourneyDefinition, etag: string | null) => void;
  /** Give up what is not saved. */
  discard: () => void;
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

export function useEditor(id: string, definition: unknown, etag: string | null, editable: boolean): Editor {
  const read = useMemo(() => journeyOf(definition), [definition]);
  const [left] = useState(() => (editable ? unsavedOf(id) : null));
  const [history, step] = useReducer(stepped, null, () => begin<Draft>({ journey: left?.journey ?? read, moved: movedOf(id) }));
  const [base, rebase] = useState({ journey: read, etag: left ? left.etag : etag });
  const [found, see] = useState(left !== null);
  const draft = history.now;
  const dirty = useMemo(() => !same(draft.journey, base.journey), [draft.journey, base.journey]);

  // Something else was read: the journey as somebody has changed it, or the same after it was published or paused.
  useEffect(() => {
    if (etag === base.etag && same(read, base.journey)) return;
    if (left && found) return;
    if (!same(read, base.journey)) step({ load: read });
    rebase({ journey: read, etag });
  }, [read, etag]);
  useEffect(() => keepMoved(id, draft.moved), [id, draft.moved]);
  useEffect(() => {
    if (editable) keepUnsaved(id, dirty ? { journey: draft.journey, etag: base.etag } : null);
  }, [id, editable, dirty, draft.journey, base.etag]);

  const edit = useCallback((what: Edit, about?: string) => step({ edit: what, about }), []);
  return {
    draft,
    editable,
    dirty,
    found: found && dirty,
    etag: base.etag,
    edit,
    undo: history.past.length ? () => step("undo") : null,
    redo: history.future.length ? () => step("redo") : null,
    saved: (journey, next) => {
      see(false);
      rebase({ journey, etag: next });
    },
    discard: () => {
      see(false);
      step({ load: read });
      rebase({ journey: read, etag });
    },
  };
}
