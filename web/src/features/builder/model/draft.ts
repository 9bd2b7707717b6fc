/** A segment while it is being edited, and as it is kept. */
import { gaps } from "~/components/rules/model/gaps";
import { printRule, tree } from "~/components/rules/model/print";
import { readRule } from "~/components/rules/model/read";
import { every, group, type Group } from "~/components/rules/model/rule";

export type TextLanguage = "pql" | "journey";
export type Mode = "simple" | "advanced";

export interface Draft {
  id: string;
  name: string;
  description: string;
  mode: Mode;
  /** What the simple mode shows. */
  rule: Group;
  /** What the advanced mode shows. */
  text: string;
  language: TextLanguage;
  /** What else stands in the definition, and is not edited here: how it is evaluated. */
  rest: Record<string, unknown>;
  /** Where the two modes say the same: switching between them needs nothing, and changes nothing. */
  crossing: Crossing | null;
}
export interface Crossing {
  /** The mode it was written in: who only looks at the other one keeps what was written. */
  from: Mode;
  rule: Group;
  said: string;
  text: string;
  language: TextLanguage;
}

export const empty = (): Draft => ({ id: "", name: "", description: "", mode: "simple", rule: group(), text: "", language: "pql", rest: {}, crossing: null });

type Definition = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const plain = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A draft of a definition. `canonical` is the rule tree that the server makes of its rule: it is used where the one that
 * was written has parts that only it can show.
 */
export function opened(id: string, definition: Definition, canonical: unknown): Draft {
  const { segment: _, name, description, rule, ...rest } = definition;
  const draft: Draft = { ...empty(), id, name: text(name), description: text(description), rest };
  const language = plain(rule) ? (["pql", "journey"] as const).find((each) => typeof rule[each] === "string") : undefined;
  if (language) return { ...draft, mode: "advanced", language, text: text((rule as Definition)[language]) };
  const written = readRule(rule);
  if (canonical === undefined || !keeps(written)) return { ...draft, rule: written };
  const other = readRule(canonical);
  return { ...draft, rule: keeps(other) < keeps(written) ? other : written };
}

/** How many parts have no fields in the simple mode. */
export const keeps = (rule: Group): number => [...every(rule)].filter(({ kind }) => kind === "kept").length;

/** The rule as it would be saved; `null` while there is none. Unfinished conditions are left out. */
export function ruleOf(draft: Draft): unknown {
  return written(draft) === "advanced" ? (draft.text.trim() ? { [draft.language]: draft.text } : null) : printed(draft.rule).tree;
}

/** The mode whose words are the rule: the other one than is shown, as long as nothing was changed there. */
function written({ mode, crossing, text, language, rule }: Draft): Mode {
  if (!crossing || crossing.from === mode) return mode;
  const untouched = crossing.text === text && crossing.language === language && crossing.said === JSON.stringify(printed(rule).tree);
  return untouched ? crossing.from : mode;
}

export const printed = (rule: Group) => printRule(rule, new Set(gaps(rule).keys()));

export const definitionOf = (draft: Draft): Definition => ({ ...draft.rest, name: draft.name.trim() || draft.id, ...(draft.description.trim() && { description: draft.description.trim() }), rule: ruleOf(draft) });

/** What of a draft would be lost with it; two drafts with the same are the same. */
export const essence = (draft: Draft): string =>
  JSON.stringify([draft.id, draft.name, draft.description, written(draft) === "simple" ? tree(draft.rule) : [draft.language, draft.text]]);

export type Lack = "name" | "id" | "rule" | "unfinished";

/** What keeps a draft from being saved. */
export function lacks(draft: Draft): Lack[] {
  const found: Lack[] = [];
  if (!draft.name.trim()) found.push("name");
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(draft.id)) found.push("id");
  if (draft.mode === "simple" && gapsThatMatter(draft.rule)) found.push("unfinished");
  else if (ruleOf(draft) === null) found.push("rule");
  return found;
}

const gapsThatMatter = (rule: Group): boolean => rule.rules.length > 0 && gaps(rule).size > 0;

/** An id made of a name: `Big spenders of May` is `big-spenders-of-may`. */
export function idOf(name: string): string {
  const letters = name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  return letters.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
}

// --- the two modes --------------------------------------------------------------------------------------------------

/** What both say from now on; going back to where one came from is no new beginning. */
function crossed(draft: Draft, rule: Group, text: string, language: TextLanguage): Crossing {
  return { from: written(draft), rule, said: JSON.stringify(printed(rule).tree), text, language };
}

/** The conditions as they were before the text was changed; `null`: there were none. */
export const back = ({ crossing }: Draft): Partial<Draft> | null => crossing && { mode: "simple", rule: crossing.rule, text: crossing.text, language: crossing.language };

/** The text of the rule, where it is known without asking: it has not changed since the two said the same. */
export function knownText(draft: Draft): { text: string; language: TextLanguage } | null {
  const said = JSON.stringify(printed(draft.rule).tree);
  if (draft.crossing?.said === said) return draft.crossing;
  return said === "null" ? { text: "", language: draft.language } : null;
}

export const toAdvanced = (draft: Draft, text: string, language: TextLanguage): Draft => ({
  ...draft, mode: "advanced", text, language, crossing: crossed(draft, draft.rule, text, language),
});

/** The rule of the text, where it is known without asking; with its unfinished conditions. */
export function knownRule(draft: Draft): Group | null {
  if (draft.crossing && draft.crossing.text === draft.text && draft.crossing.language === draft.language) return draft.crossing.rule;
  return draft.text.trim() ? null : group();
}

export const toSimple = (draft: Draft, rule: Group): Draft => ({
  ...draft, mode: "simple", rule, crossing: crossed(draft, rule, draft.text, draft.language),
});
