/**
 * Filter expressions (docs/reference/filters.md) as an operator with values, and back. What no operator says stays an
 * expression, word for word: reading a text and writing it again always gives the same text.
 */
import type { Kind } from "./fields";

export type Op =
  | "is" | "is_not" | "contains" | "begins" | "ends" | "any_of" | "none_of" | "between" | "at_least" | "at_most"
  | "on" | "from" | "until" | "last_days" | "period" | "yes" | "no" | "empty" | "filled" | "expression";

export interface Condition {
  op: Op;
  values: string[];
}

/** The operators of each kind of field, the most usual first. */
export const OPS: Readonly<Record<Kind, readonly Op[]>> = {
  text: ["is", "any_of", "is_not", "none_of", "contains", "begins", "ends", "between", "empty", "filled", "expression"],
  code: ["any_of", "none_of", "begins", "between", "empty", "filled", "expression"],
  choice: ["any_of", "none_of", "empty", "filled", "expression"],
  number: ["is", "is_not", "at_least", "at_most", "between", "expression"],
  date: ["on", "from", "until", "between", "last_days", "period", "empty", "filled", "expression"],
  flag: ["yes", "no"],
};
export const PERIODS = ["week", "month", "quarter"] as const;

/** A text with signs of the language in it stands in quotes. */
export function quoted(text: string): string {
  return /[&()=|<>@'"]|\.\.|^\s|\s$|^%|^$/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

/** The expression; blank while a value is missing. */
export function write({ op, values }: Condition): string {
  const [first = "", second = ""] = values;
  const filled = values.filter((value) => value !== "");
  switch (op) {
    case "empty": return "''";
    case "filled": return "<>''";
    case "yes": return "yes";
    case "no": return "no";
    case "between": return first === "" && second === "" ? "" : `${first && quoted(first)}..${second && quoted(second)}`;
    case "any_of": return filled.map(quoted).join("|");
    case "none_of": return filled.map((value) => `<>${quoted(value)}`).join("&");
  }
  if (first === "") return "";
  switch (op) {
    case "is": case "on": return quoted(first);
    case "is_not": return `<>${quoted(first)}`;
    case "contains": return `@${quoted(`*${first}*`)}`;
    case "begins": return `@${quoted(`${first}*`)}`;
    case "ends": return `@${quoted(`*${first}`)}`;
    case "at_least": return `>=${first}`;
    case "at_most": return `<=${first}`;
    case "from": return `${first}..`;
    case "until": return `..${first}`;
    case "last_days": return `today-${first}D..today`;
    default: return first; // period, expression
  }
}

/** What an expression says, in the operators of a kind of field. */
export function parse(expression: string, kind: Kind): Condition {
  const usual = OPS[kind][0]!;
  if (kind === "flag") return { op: expression === "no" ? "no" : "yes", values: [] };
  if (expression === "") return { op: usual, values: [] };
  const found = guesses(expression).find((each) => OPS[kind].includes(each.op) && write(each) === expression && fits(each, kind));
  return found ?? { op: "expression", values: [expression] };
}

/** Days are typed as ISO dates, numbers as numbers; anything else is an expression of its own. */
function fits({ op, values }: Condition, kind: Kind): boolean {
  const given = values.filter((value) => value !== "");
  if (op === "expression" || op === "period" || op === "last_days") return true;
  if (kind === "date") return given.every((value) => /^\d{4}-\d{2}-\d{2}$/.test(value));
  if (kind === "number") return given.every((value) => value !== "" && Number.isFinite(Number(value)));
  return given.every((value) => !/[*?]/.test(value));
}

function guesses(text: string): Condition[] {
  const range = split(text, "..");
  const either = split(text, "|").map(plain);
  const neither = split(text, "&");
  const days = /^today-(\d+)D\.\.today$/.exec(text);
  const pattern = text.startsWith("@") ? plain(text.slice(1)) : "";
  return [
    { op: "empty", values: [] },
    { op: "filled", values: [] },
    ...(days ? [{ op: "last_days", values: [days[1]!] } satisfies Condition] : []),
    ...((PERIODS as readonly string[]).includes(text) ? [{ op: "period", values: [text] } satisfies Condition] : []),
    { op: "from", values: [range[0] ?? ""] },
    { op: "until", values: [range[1] ?? ""] },
    ...(range.length === 2 ? [{ op: "between", values: range.map(plain) } satisfies Condition] : []),
    { op: "contains", values: [pattern.slice(1, -1)] },
    { op: "begins", values: [pattern.slice(0, -1)] },
    { op: "ends", values: [pattern.slice(1)] },
    { op: "at_least", values: [text.replace(/^>=/, "")] },
    { op: "at_most", values: [text.replace(/^<=/, "")] },
    { op: "is", values: [plain(text)] },
    { op: "on", values: [text] },
    { op: "is_not", values: [plain(text.replace(/^<>/, ""))] },
    { op: "any_of", values: either },
    { op: "none_of", values: neither.map((each) => plain(each.replace(/^<>/, ""))) },
  ];
}

const plain = (text: string): string => (/^'.*'$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text);

/** Parts between a sign, where it does not stand in quotes. */
function split(text: string, sign: string): string[] {
  const parts: string[] = [];
  let part = "";
  let inside = false;
  for (let place = 0; place < text.length; place += 1) {
    if (text[place] === "'") inside = !inside;
    if (!inside && text.startsWith(sign, place)) {
      parts.push(part);
      part = "";
      place += sign.length - 1;
    } else part += text[place];
  }
  return [...parts, part];
}
