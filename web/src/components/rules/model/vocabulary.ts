/** What a workspace knows, as the editor looks things up in it (GET /api/schema). */
import type { Word } from "~/components/editor/CodeEditor";
import type { Subject } from "./rule";

export interface Named {
  name: string;
  kind: string;
  /** Of a list or map: the kind of what it holds. */
  element: string | null;
  fields: Named[];
}
export interface Vocabulary {
  profiles: number;
  attributes: (Named & { used: boolean; profiles: number })[];
  events: { name: string; properties: Named[]; used: boolean; events: number }[];
  segments: { segment: string; name: string; description: string; members: number }[];
  operators: { kind: string; comparators: string[]; ignore_case: string[]; windows: string[]; aggregates: string[] }[];
  event_windows: string[];
}

/** What conditions can be about at a place in a rule: the profile, an event, an element of one of its lists. */
export interface Scope {
  fields: readonly Named[];
  /** How `fields` are named in the rule. */
  subject: Subject;
  /** The event whose properties can be read beside the fields, and its name for looking up values. */
  outer: readonly Named[];
  event: string | null;
  /** The list that the fields are in. */
  list: string | null;
}

/** Names that can be compared: fields of objects one by one, with dots. */
export function paths(fields: readonly Named[], before = ""): Named[] {
  return fields.flatMap((field) => (field.kind === "object" && field.fields.length ? paths(field.fields, `${before}${field.name}.`) : [{ ...field, name: before + field.name }]));
}

export const objectLists = (fields: readonly Named[]): Named[] => paths(fields).filter((field) => field.kind === "list" && field.fields.length > 0);

export const profileScope = (vocabulary: Vocabulary): Scope => ({ fields: vocabulary.attributes, subject: "attribute", outer: [], event: null, list: null });

/** What filters of an event can be about; of its line items when these are counted. */
export function eventScope(vocabulary: Vocabulary, event: string, over: string | null): Scope {
  const properties = vocabulary.events.find(({ name }) => name === event)?.properties ?? [];
  const scope: Scope = { fields: [...properties, TIME], subject: "field", outer: [], event, list: null };
  return over ? elementScope(scope, over) : scope;
}

export function elementScope(scope: Scope, list: string): Scope {
  const found = paths(scope.fields).find(({ name }) => name === list);
  const plainList = found !== undefined && found.kind === "list" && !found.fields.length;
  return {
    fields: plainList ? [{ name: "", kind: found.element ?? "string", element: null, fields: [] }] : (found?.fields ?? []),
    subject: plainList ? "item" : "field",
    outer: scope.event ? scope.fields : [],
    event: scope.event,
    list,
  };
}

/** When an event happened, as a property of it. */
const TIME: Named = { name: "_time", kind: "dateTime", element: null, fields: [] };

/** Of what type a name is; a text where nobody knows. */
export function kindOf(fields: readonly Named[], path: string): Named {
  return paths(fields).find(({ name }) => name === path) ?? { name: path, kind: "string", element: null, fields: [] };
}

const SAMPLE_LIMIT = 400;

/** The names that the code editor offers. */
export function words(vocabulary: Vocabulary, language: "pql" | "journey"): Word[] {
  const attribute = (named: Named): Word => ({ name: named.name, kind: "attribute", detail: named.kind, ...(language === "journey" && { insert: `#{Parcours.Profile.${named.name}}` }) });
  const properties = vocabulary.events.flatMap((event) => paths(event.properties).map((named): Word => ({ name: named.name, kind: "property", detail: named.kind, help: event.name })));
  const once = [...new Map(properties.map((word) => [word.name, word])).values()];
  return [
    ...paths(vocabulary.attributes).slice(0, SAMPLE_LIMIT).map(attribute),
    ...(language === "pql" ? once : []),
    ...vocabulary.events.map(({ name }): Word => ({ name, kind: "event" })),
    ...vocabulary.segments.map((segment): Word => ({ name: segment.segment, kind: "segment", detail: segment.name })),
  ];
}
