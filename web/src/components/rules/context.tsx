/** What every part of the rule editor needs: the rule, how to change it, what the workspace knows, what is wrong where. */
import { createContext, useContext } from "react";
import type { Gap } from "./model/gaps";
import type { Group, Rule } from "./model/rule";
import { type Place, update } from "./model/edit";
import type { Vocabulary } from "./model/vocabulary";

export interface Editing {
  root: Group;
  vocabulary: Vocabulary;
  readOnly: boolean;
  /** Problems that the server found, by id of the rule. */
  problems: ReadonlyMap<string, readonly string[]>;
  gaps: ReadonlyMap<string, Gap>;
  /** A change of the whole rule. Changes with the same `as`, one after the other, are undone together. */
  change: (next: Group, as?: string) => void;
  /** The rule that is being dragged, and where it would be put now. */
  dragged: string | null;
  drag: (id: string | null) => void;
  target: Place | null;
  aim: (place: Place | null) => void;
  /** Says aloud what was moved. */
  say: (text: string) => void;
}

const Context = createContext<Editing | null>(null);
export const EditingProvider = Context.Provider;

export function useEditing(): Editing {
  const editing = useContext(Context);
  if (!editing) throw new Error("outside of a rule editor");
  return editing;
}

/** Changes one rule; typing into one field is one step of undo. */
export function useChange<R extends Rule>(rule: R): (next: Partial<R>, field?: string) => void {
  const { root, change } = useEditing();
  return (next, field) => change(update(root, rule.id, (found) => ({ ...found, ...next }) as Rule), field && `${rule.id}.${field}`);
}
