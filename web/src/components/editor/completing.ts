/** What is offered while somebody types: functions with their help, and the names of the workspace where they fit. */
import { type Completion, type CompletionContext, type CompletionResult, snippetCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import { card } from "./card";
import { type EditorLanguage, type Item, items, type Word } from "./words";

const LOOK: Record<string, string> = { function: "function", method: "method", step: "method", operator: "keyword", keyword: "keyword", instant: "constant", constant: "constant", variable: "variable", option: "property" };

function ofItem(item: Item): Completion {
  const completion: Completion = { label: item.name, type: LOOK[item.kind] ?? "text", detail: short(item), info: () => card(item), boost: item.kind === "keyword" ? -1 : 0 };
  return item.insert.includes("${") ? snippetCompletion(item.insert, completion) : { ...completion, apply: item.insert };
}

const short = (item: Item): string => item.signatures[0]?.replace(item.name, "").slice(0, 40) ?? "";

/** A reference such as `@{Event.city}` may stand before a brace that was closed by itself: it is taken in. */
function put(text: string) {
  return (view: EditorView, _: Completion, from: number, to: number) => {
    const next = view.state.sliceDoc(to, to + 1);
    const end = to + (text.endsWith(next) && '}")'.includes(next) && next ? 1 : 0);
    view.dispatch({ changes: { from, to: end, insert: text }, selection: { anchor: from + text.length } });
  };
}

function ofWord(word: Word): Completion {
  const text = word.insert ?? word.name;
  return { label: text, displayLabel: word.name, type: word.kind === "segment" ? "class" : word.kind === "event" ? "enum" : "property", detail: word.detail, info: word.help, apply: put(text), boost: 2 };
}

/** Inside quotes: ids of segments behind `inSegment("`, types of events behind `eventType = "`, nothing elsewhere. */
function quoted(context: CompletionContext, words: readonly Word[]): CompletionResult | null {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 200), context.pos);
  const typed = /"([^"\\]*)$/.exec(before);
  if (!typed) return null;
  const lead = before.slice(0, typed.index);
  const kind = /(inSegment|segmentStatus|inAudience)\s*\(\s*$/i.test(lead) ? "segment" : /eventType\s*(=|!=|==|in\s*\[[^\]]*)\s*$/.test(lead) ? "event" : null;
  if (!kind) return null;
  const fitting = words.filter((word) => word.kind === kind);
  return { from: context.pos - typed[1]!.length, options: fitting.map((word) => ({ ...ofWord({ ...word, insert: word.name }), apply: word.name })), validFor: /^[^"]*$/ };
}

export function completing(language: EditorLanguage, words: () => readonly Word[]) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const inside = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (inside.name === "String") return quoted(context, words());
    const token = context.matchBefore(/[@#$]\{?[\w.]*|\w+/) ?? { from: context.pos, to: context.pos, text: "" };
    if (!token.text && !context.explicit && context.state.sliceDoc(context.pos - 1, context.pos) !== ".") return null;
    const reference = /^[@#$]/.test(token.text);
    const dot = !reference && context.state.sliceDoc(token.from - 1, token.from) === ".";
    const known = reference ? [] : (await items(language)).filter((item) => dot === (item.kind === "method" || item.kind === "step"));
    const names = words().filter((word) => (language === "pql" ? word.kind === "attribute" || word.kind === "property" : word.kind !== "segment" && word.kind !== "event"));
    const offered = dot ? names.filter((word) => !word.insert) : names;
    return { from: token.from, options: [...offered.map(ofWord), ...known.map(ofItem)], validFor: reference ? /^[@#$]\{?[\w.]*$/ : /^\w*$/ };
  };
}
