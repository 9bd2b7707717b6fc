/** First segments, made of what the workspace knows: its own events and attributes. */
import { event, type EventRule, group, type Group, value, type Window } from "~/components/rules/model/rule";
import { paths, type Vocabulary } from "~/components/rules/model/vocabulary";
import { first } from "~/components/rules/model/operators";

export interface Template {
  key: "recent" | "lapsing" | "new" | "spenders" | "missed" | "known";
  /** Names that are filled into the words of the template. */
  names: Record<string, string>;
  rule: Group;
}

const BOUGHT = /purchase|order|buy|bought|transaction|checkout|sale|achat|commande/i;
const MONEY = /total|amount|price|value|revenue|sum|montant|prix/i;

/** The event that segments are most often about: a purchase, or else the most frequent one. */
export function main(vocabulary: Vocabulary): Vocabulary["events"][number] | undefined {
  const events = [...vocabulary.events].sort((one, other) => other.events - one.events);
  return events.find(({ name }) => BOUGHT.test(name)) ?? events[0];
}

function did(name: string, window: Window, more: Partial<EventRule> = {}): EventRule {
  return { ...event(name), window, ...more };
}
const last = (length: string): Window => ({ kind: "in_last", length });
const NEVER = { op: "is", value: 0 };

export function templates(vocabulary: Vocabulary): Template[] {
  const bought = main(vocabulary);
  if (!bought) return known(vocabulary);
  const { name } = bought;
  const names = { event: name };
  const found: Template[] = [
    { key: "recent", names, rule: group([did(name, last("30 days"))]) },
    { key: "lapsing", names, rule: group([did(name, { kind: "between_ages", newest: "30 days", oldest: "120 days" }, { test: { op: "at_least", value: 3 } }), did(name, last("30 days"), { test: NEVER })]) },
    { key: "new", names, rule: group([did(name, last("30 days")), did(name, { kind: "more_than_ago", length: "30 days" }, { test: NEVER })]) },
  ];
  const numbers = paths(bought.properties).filter(({ kind }) => kind === "decimal" || kind === "integer");
  const money = numbers.find((field) => MONEY.test(field.name));
  if (money) found.push({ key: "spenders", names: { ...names, property: money.name }, rule: group([did(name, last("90 days"), { measure: { kind: "sum", of: money.name }, test: { op: "at_least", value: 100 } })]) });
  const other = [...vocabulary.events].sort((one, two) => two.events - one.events).find((each) => each.name !== name && each.events > 0);
  if (other) found.push({ key: "missed", names: { event: name, other: other.name }, rule: group([did(other.name, last("30 days")), did(name, last("30 days"), { test: NEVER })]) });
  return [...found, ...known(vocabulary)].slice(0, 6);
}

/** An attribute that tells people apart: known of many, and not their name or address. */
function known(vocabulary: Vocabulary): Template[] {
  const telling = vocabulary.attributes
    .filter(({ name, kind }) => kind === "string" && !/mail|name|phone|id$|^id|address|contact/i.test(name))
    .sort((one, other) => other.profiles - one.profiles)[0];
  return telling ? [{ key: "known", names: { attribute: telling.name }, rule: group([value("attribute", telling.name, first(telling.kind))]) }] : [];
}
