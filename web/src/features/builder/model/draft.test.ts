import { expect, test } from "vitest";
import { readRule } from "~/components/rules/model/read";
import { event, group, segment } from "~/components/rules/model/rule";
import { back, definitionOf, empty, essence, idOf, keeps, knownRule, knownText, lacks, opened, ruleOf, toAdvanced, toSimple } from "./draft";

const RULE = { all: [{ event: "purchase", in_last: "30 days" }, { segment: "gold" }] };

test("a definition that is opened and saved is the same", () => {
  for (const rule of [RULE, { pql: "a > 1" }, { journey: "true" }, { sample: "10 %", seed: "x" }]) {
    const definition = { segment: "x", name: "X", description: "Y", evaluation: "scheduled", rule };
    const { segment: _, ...rest } = definition;
    expect(definitionOf(opened("x", definition, undefined))).toEqual(rest);
  }
});

test("the tree of the server is shown where it has more fields", () => {
  const written = { attribute: "age", at_least: 1, less_than: 3 };
  const canonical = { all: [{ attribute: "age", at_least: 1 }, { attribute: "age", less_than: 3 }] };
  expect(keeps(opened("x", { rule: written }, canonical).rule)).toBe(0);
  expect(ruleOf(opened("x", { rule: RULE }, { any: [] }))).toEqual(RULE);
});

test("there and back changes nothing, and keeps what is unfinished", () => {
  const rule = group([event(""), segment(["gold"])]);
  const simple = { ...empty(), rule };
  const advanced = toAdvanced(simple, 'inSegment("gold")', "pql");
  expect(ruleOf(advanced)).toEqual({ segment: "gold" });
  expect(essence(advanced)).toBe(essence(simple));
  expect(knownRule(advanced)).toBe(rule);
  const changed = { ...advanced, text: 'inSegment("silver")' };
  expect(knownRule(changed)).toBeNull();
  expect(ruleOf(changed)).toEqual({ pql: 'inSegment("silver")' });
});

test("a text keeps its form as long as the rule is the one that was read from it", () => {
  const advanced = { ...empty(), mode: "advanced" as const, text: '  inSegment( "gold" )' };
  const simple = toSimple(advanced, readRule({ segment: "gold" }));
  expect(knownText(simple)?.text).toBe('  inSegment( "gold" )');
  expect(ruleOf(simple)).toEqual({ pql: '  inSegment( "gold" )' });
  expect(essence(toAdvanced(simple, simple.text, "pql"))).toBe(essence(advanced));
  expect(ruleOf({ ...simple, rule: readRule({ segment: "silver" }) })).toEqual({ segment: "silver" });
  expect(knownText({ ...simple, rule: readRule({ segment: "silver" }) })).toBeNull();
  expect(knownText(empty())?.text).toBe("");
});

test("what keeps a draft from being saved", () => {
  expect(lacks(empty())).toEqual(["name", "id", "rule"]);
  const named = { ...empty(), name: "A", id: "a" };
  expect(lacks({ ...named, rule: group([event("")]) })).toEqual(["unfinished"]);
  expect(lacks({ ...named, id: "a b", rule: readRule(RULE) })).toEqual(["id"]);
  expect(lacks({ ...named, mode: "advanced", text: " " })).toEqual(["rule"]);
  expect(lacks({ ...named, rule: readRule(RULE) })).toEqual([]);
});

test("an id is made of the name", () => {
  expect(idOf("Clients fidèles (été)")).toBe("clients-fideles-ete");
  expect(idOf("  ")).toBe("");
});

test("there, a change, and back: what was changed is what counts", () => {
  const text = { ...empty(), mode: "advanced" as const, text: "a = 1" };
  const simple = { ...toSimple(text, readRule({ attribute: "a", is: 1 })), rule: readRule({ attribute: "a", is: 2 }) };
  const back = toAdvanced(simple, "a = 2", "pql");
  expect(ruleOf(back)).toEqual({ attribute: "a", is: 2 });
  expect(ruleOf({ ...back, text: "a = 3" })).toEqual({ pql: "a = 3" });
});

test("going back from a broken text leaves the text behind", () => {
  const simple = toSimple({ ...empty(), mode: "advanced", text: "a = 1" }, readRule({ attribute: "a", is: 1 }));
  const broken = { ...toAdvanced(simple, "a = 1", "pql"), text: "a = 1 and (" };
  expect(ruleOf({ ...broken, ...back(broken) })).toEqual({ pql: "a = 1" });
  expect(ruleOf({ ...broken, mode: "simple" })).toEqual({ attribute: "a", is: 1 });
});

test("two drafts with the same content are the same, unfinished conditions count", () => {
  const draft = { ...empty(), rule: readRule(RULE) };
  expect(essence({ ...draft, rule: readRule(RULE) })).toBe(essence(draft));
  expect(essence({ ...draft, rule: group([...draft.rule.rules, event("")], "all", false) })).not.toBe(essence(draft));
});
