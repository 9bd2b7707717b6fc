/** What the browser keeps of a journey: where nodes were moved to, and edits that are not saved yet. */
import { type JourneyDefinition, journeyOf, type Points } from "~/components/graph/model";

const MOVED = "parcours.graph.";
const UNSAVED = "parcours.draft.";

export interface Unsaved {
  journey: JourneyDefinition;
  /** The version that was edited. */
  etag: string | null;
}

function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage only means that nothing is kept.
  }
}

export const movedOf = (id: string): Points => read<Points>(MOVED + id) ?? {};
export const keepMoved = (id: string, moved: Points): void => write(MOVED + id, Object.keys(moved).length ? moved : null);

export function unsavedOf(id: string): Unsaved | null {
  const found = read<Unsaved>(UNSAVED + id);
  return found ? { etag: found.etag, journey: journeyOf(found.journey) } : null;
}
export const keepUnsaved = (id: string, unsaved: Unsaved | null): void => write(UNSAVED + id, unsaved);
