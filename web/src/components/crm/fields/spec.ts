/** What a field of the CRM is: how it is typed, where its values come from. No React, so that it can be tested alone. */
import { Failure, type Problem } from "~/lib/api/request";

export type Value = string | number | boolean | null;
export type Values = Record<string, Value | undefined>;

export type Kind = "text" | "long" | "number" | "integer" | "date" | "flag" | "choice" | "code" | "contact";

export interface Field {
  /** As the table of the CRM calls it; its words are `field.<name>` of the namespace `fields`. */
  name: string;
  kind: Kind;
  /** Of a choice: its values, blank left out; their words are `choice.<value>`. */
  options?: readonly string[];
  /** Of a code: the list it comes from, see `lookups.ts`. */
  from?: string;
  /** The name under `field.` where it differs. */
  label?: string;
  required?: boolean;
  /** Takes the width of two fields. */
  wide?: boolean;
  type?: "email" | "tel" | "url";
}

export const text = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: "text", ...more });
export const day = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: "date", ...more });
export const flag = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: "flag", ...more });
export const number = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: "number", ...more });
export const code = (name: string, from: string, more: Partial<Field> = {}): Field => ({ name, kind: "code", from, ...more });
export const choice = (name: string, options: readonly string[], more: Partial<Field> = {}): Field => ({ name, kind: "choice", options, ...more });
export const contact = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: "contact", ...more });

/** What an input shows where the table has nothing. */
export function blank(field: Field): Value {
  if (field.kind === "flag") return false;
  return field.kind === "number" || field.kind === "integer" || field.kind === "date" ? null : "";
}

/** A value as it is sent: a number or a day that was emptied is `null`, a text is trimmed. */
export function sent(field: Field, value: Value | undefined): Value {
  if (value === undefined || value === null || value === "") return blank(field);
  if (typeof value === "string" && (field.kind === "number" || field.kind === "integer")) return Number(value);
  return typeof value === "string" ? value.trim() : value;
}

export const same = (field: Field, one: Value | undefined, other: Value | undefined): boolean => sent(field, one) === sent(field, other);

/** Only what was filled in: the server has defaults for the rest. */
export function filled(fields: readonly Field[], values: Values): Record<string, Value> {
  const said = fields.map((field) => [field.name, sent(field, values[field.name])] as const);
  return Object.fromEntries(said.filter(([, value]) => value !== "" && value !== null && value !== false));
}

/** A tick has no line of words above it; among other inputs it stands as low as they do. */
export const lowered = (field: Field, beside: readonly Field[]): number => (field.kind === "flag" && !field.wide && beside.some(({ kind }) => kind !== "flag") ? 24 : 0);

const named = (problem: Problem): Problem[] => (problem.problems?.length ? problem.problems : [problem]);

/** What the server found wrong, field by field; `rest` belongs to none of these fields. */
export function told(error: unknown, names: readonly string[]): { fields: Record<string, string>; rest: unknown } {
  if (!(error instanceof Failure)) return { fields: {}, rest: error ?? null };
  const fields: Record<string, string> = {};
  let others = 0;
  for (const problem of named(error.problem)) {
    const name = names.find((each) => each === problem.where?.split(".").pop());
    if (name) fields[name] ??= [plain(problem.message, name), problem.hint].filter(Boolean).join(" ");
    else others += 1;
  }
  return { fields, rest: others ? error : null };
}

/** `phone_no: 'abc' has letters in it` stands at the field already, which needs no second name. */
const plain = (message: string, name: string): string => (message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message);
