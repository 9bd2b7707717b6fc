import { expect, test } from "vitest";
import { copy, duplicate, find, mayMove, move, negate, placeOf, remove, step, unwrap, update, wrap } from "./edit";
import { tree } from "./print";
import { readRule } from "./read";
import { every, type Group } from "./rule";

const RULE = { all: [{ segment: "a" }, { any: [{ segment: "b" }, { segment: "c" }] }, { event: "buy", where: { field: "x", is: 1 } }] };
const made = (): Group => readRule(RULE);
const ids = (rule: Group) => [...every(rule)].map(({ id }) => id);
const said = (rule: Group, segment: string) => [...every(rule)].find((each) => each.kind === "segment" && each.segments[0] === segment)!.id;

test("a change leaves everything else the same object", () => {
  const rule = made();
  const after = update(rule, said(rule, "b"), (found) => ({ ...found, not: true }));
  expect(after.rules[0]).toBe(rule.rules[0]);
  expect(after.rules[1]).not.toBe(rule.rules[1]);
  expect(update(rule, "nobody", () => rule)).toBe(rule);
});

test("a step goes into the group beside it, through it, and out of it", () => {
  let rule = made();
  const id = said(rule, "a");
  const orders: string[] = [];
  for (let times = 0; times < 5; times += 1) {
    rule = step(rule, id, 1);
    orders.push(JSON.stringify(tree(rule)).replaceAll(/\{"segment":"(.)"\}/g, "$1").replace(/\{"event.*?\}\}/, "e"));
  }
  expect(orders).toEqual(['{"all":[{"any":[a,b,c]},e]}', '{"all":[{"any":[b,a,c]},e]}', '{"all":[{"any":[b,c,a]},e]}', '{"all":[{"any":[b,c]},a,e]}', '{"all":[{"any":[b,c]},e,a]}']);
  expect(step(rule, id, 1)).toBe(rule);
  for (let times = 0; times < 5; times += 1) rule = step(rule, id, -1);
  expect(tree(rule)).toEqual(RULE);
});

test("a group cannot be moved into itself, nor a condition into a filter of events", () => {
  const rule = made();
  const any = rule.rules[1]!;
  const filter = [...every(rule)].find(({ kind }) => kind === "value")!.id;
  const where = placeOf(rule, filter)!.group;
  expect(mayMove(rule, any.id, any.id)).toBe(false);
  expect(mayMove(rule, said(rule, "a"), where)).toBe(false);
  expect(mayMove(rule, filter, rule.id)).toBe(false);
  expect(move(rule, said(rule, "a"), { group: where, index: 0 })).toBe(rule);
  expect(mayMove(rule, said(rule, "a"), any.id)).toBe(true);
});

test("a copy has ids of its own", () => {
  const rule = made();
  const twice = duplicate(rule, rule.rules[2]!.id);
  expect(new Set(ids(twice)).size).toBe(ids(twice).length);
  expect((tree(twice) as typeof RULE).all[3]).toEqual(RULE.all[2]);
  expect(ids(copy(rule)).some((id) => ids(rule).includes(id))).toBe(false);
});

test("into a group and out again, away, and turned round", () => {
  const rule = made();
  const id = said(rule, "a");
  const wrapped = wrap(rule, id);
  const around = placeOf(wrapped, id)!.group;
  expect(tree(unwrap(wrapped, around))).toEqual(RULE);
  expect(find(remove(rule, id), id)).toBeUndefined();
  expect(tree(negate(rule, rule.id))).toEqual({ not: RULE });
});

test("moving within a group counts without the rule itself", () => {
  const rule = readRule({ all: [{ segment: "a" }, { segment: "b" }, { segment: "c" }] });
  const moved = move(rule, said(rule, "a"), { group: rule.id, index: 2 });
  expect(tree(moved)).toEqual({ all: [{ segment: "b" }, { segment: "a" }, { segment: "c" }] });
  expect(move(rule, said(rule, "a"), { group: rule.id, index: 1 })).toBe(rule);
});
