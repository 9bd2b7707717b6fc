/** What an editor knows of a language: its functions and words, and the names that belong to the workspace. */

export type EditorLanguage = "pql" | "journey";

/** An item of `web/completions/*.json` (docs/reference/completions.md). */
export interface Item {
  name: string;
  kind: string;
  signatures: string[];
  help: string;
  insert: string;
  examples: { text: string; result: string }[];
}

/** A name of the workspace. `insert` is what is typed for it when that is not the name itself: `@{Event.city}`. */
export interface Word {
  name: string;
  kind: "attribute" | "event" | "property" | "segment" | "value";
  insert?: string;
  /** Its type, in a word. */
  detail?: string;
  help?: string;
}

/** Something wrong with a text; `span` counts characters from its start, as the server does. */
export interface EditorProblem {
  message: string;
  /** What the server said, where the message says it in the language of the user. */
  original?: string;
  hint?: string | null;
  span?: readonly [number, number] | number[] | null;
}

const kept = new Map<EditorLanguage, Promise<Item[]>>();
const files: Record<EditorLanguage, () => Promise<{ default: unknown }>> = {
  pql: () => import("~completions/pql.json"),
  journey: () => import("~completions/journey.json"),
};

export function items(language: EditorLanguage): Promise<Item[]> {
  let found = kept.get(language);
  if (!found) kept.set(language, (found = files[language]().then((file) => (file.default as { items: Item[] }).items)));
  return found;
}

/** The items that a name in the text can mean: behind a dot methods, elsewhere everything else. */
export function meant(all: readonly Item[], name: string, behindDot: boolean): Item[] {
  const same = all.filter((item) => item.name === name || item.name.toLowerCase() === name.toLowerCase());
  const dotted = (item: Item) => item.kind === "method" || item.kind === "step";
  const fitting = same.filter((item) => dotted(item) === behindDot);
  return fitting.length ? fitting : same;
}

/** Place in a JavaScript text of the n-th character: those beyond the basic plane take two units there. */
export function unit(text: string, place: number): number {
  let units = 0;
  let characters = 0;
  for (const character of text) {
    if (characters++ >= place) break;
    units += character.length;
  }
  return units;
}

/** Where to underline: at least one character, inside the text. */
export function underlined(text: string, problem: EditorProblem): { from: number; to: number } | null {
  if (!problem.span || problem.span.length < 2) return null;
  const from = Math.min(unit(text, problem.span[0]!), text.length);
  const to = Math.min(unit(text, problem.span[1]!), text.length);
  if (to > from) return { from, to };
  return from < text.length ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}
