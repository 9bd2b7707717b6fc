/** Changes of a rule: each gives a new one, and leaves what it does not touch as it was. */
import { every, fresh, type Group, group, inner, type Rule } from "./rule";

/** `change` is done to the rule with that id, wherever it is. */
export function update<R extends Rule>(rule: R, id: string, change: (found: Rule) => Rule): R {
  if (rule.id === id) return change(rule) as R;
  if (rule.kind === "group") return mapped(rule as R & Group, (each) => update(each, id, change));
  if (rule.kind === "event" || rule.kind === "items") {
    const where = update(rule.where, id, change);
    return where === rule.where ? rule : { ...rule, where };
  }
  return rule;
}

function mapped<R extends Group>(rule: R, change: (each: Rule) => Rule): R {
  const rules = rule.rules.map(change);
  return rules.every((each, place) => each === rule.rules[place]) ? rule : { ...rule, rules };
}

export function find(root: Rule, id: string): Rule | undefined {
  for (const rule of every(root)) if (rule.id === id) return rule;
  return undefined;
}

export interface Place {
  group: string;
  index: number;
}

/** The group that a rule stands in, and where in it; the group of a filter stands in no other. */
export function placeOf(root: Rule, id: string): Place | undefined {
  for (const rule of every(root)) {
    if (rule.kind !== "group") continue;
    const index = rule.rules.findIndex((each) => each.id === id);
    if (index >= 0) return { group: rule.id, index };
  }
  return undefined;
}

const into = (root: Group, id: string, change: (rules: readonly Rule[]) => Rule[]): Group =>
  update(root, id, (found) => (found.kind === "group" ? { ...found, rules: change(found.rules) } : found));

export const insert = (root: Group, { group: id, index }: Place, rule: Rule): Group => into(root, id, (rules) => rules.toSpliced(index, 0, rule));

export function remove(root: Group, id: string): Group {
  const place = placeOf(root, id);
  return place ? into(root, place.group, (rules) => rules.toSpliced(place.index, 1)) : root;
}

/** The same rule with ids of its own. */
export function copy<R extends Rule>(rule: R): R {
  const made = { ...rule, id: fresh() };
  if (made.kind === "group") made.rules = made.rules.map(copy);
  else if (made.kind === "event" || made.kind === "items") made.where = copy(made.where);
  return made;
}

export function duplicate(root: Group, id: string): Group {
  const place = placeOf(root, id);
  const found = find(root, id);
  return place && found ? insert(root, { ...place, index: place.index + 1 }, copy(found)) : root;
}

/** What a rule speaks of: a filter of events cannot be moved out of it, nor a condition on the profile into it. */
export function scopeOf(root: Rule, id: string, within = "profile"): string | undefined {
  if (root.id === id) return within;
  if (root.kind === "group") return first(root.rules, (each) => scopeOf(each, id, within));
  return first(inner(root), (each) => scopeOf(each, id, root.id));
}

function first<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a rule may be put into a group: within what it speaks of, and not into itself. */
export function mayMove(root: Group, id: string, target: string): boolean {
  const rule = find(root, id);
  if (!rule || find(rule, target)) return false;
  return scopeOf(root, id) === scopeOf(root, target);
}

export function move(root: Group, id: string, place: Place): Group {
  const from = placeOf(root, id);
  const rule = find(root, id);
  if (!from || !rule || !mayMove(root, id, place.group)) return root;
  const index = from.group === place.group && from.index < place.index ? place.index - 1 : place.index;
  return from.group === place.group && from.index === index ? root : insert(remove(root, id), { ...place, index }, rule);
}

/** One step up or down as it is read: past a neighbour, into a group beside it, or out of the group it ends. */
export function step(root: Group, id: string, way: -1 | 1): Group {
  const place = placeOf(root, id);
  if (!place) return root;
  const rules = (find(root, place.group) as Group).rules;
  const beside = rules[place.index + way];
  if (beside?.kind === "group") return move(root, id, { group: beside.id, index: way < 0 ? beside.rules.length : 0 });
  if (beside) return move(root, id, { group: place.group, index: place.index + (way < 0 ? -1 : 2) });
  const outer = placeOf(root, place.group);
  return outer ? move(root, id, { group: outer.group, index: outer.index + (way < 0 ? 0 : 1) }) : root;
}

/** Put a rule into a group of its own, to add others beside it. */
export const wrap = (root: Group, id: string): Group => update(root, id, (found) => group([found], "any", false));

/** Take a group away and leave its rules in its place. */
export function unwrap(root: Group, id: string): Group {
  const place = placeOf(root, id);
  const found = find(root, id);
  if (!place || found?.kind !== "group") return root;
  return into(root, place.group, (rules) => rules.toSpliced(place.index, 1, ...found.rules));
}

export const negate = (root: Group, id: string): Group => update(root, id, (found) => ({ ...found, not: !found.not }));
