import { expect, test } from "vitest";
import { gaps } from "./gaps";
import { printRule, ruleAt, tree } from "./print";
import { readRule } from "./read";
import { every, event, group, segment, value } from "./rule";

const FORMS: unknown[] = [
  { segment: "gold" },
  { not: { segment: "gold" } },
  { segment: { any: ["gold", "silver"] } },
  { segment: { any: ["gold"] } },
  { segment: { none: ["gold", "silver"] } },
  { not: { segment: { all: ["gold", "silver"] } } },
  { segment_status: "gold", is: "exited" },
  { segment_status: "gold", is_not: "exited" },
  { none: [{ segment: "gold" }] },
  { all: [{ segment: "gold" }] },
  { not: { all: [{ segment: "gold" }, { attribute: "age", is: "x" }] } },
  { not: { not: { attribute: "age", is: "x" } } },
  { any: [{ all: [{ attribute: "a", is: 1 }, { none: [{ attribute: "b", in: [1, 2] }] }] }, { attribute: "c" }] },
  { attribute: "age", at_least: 1, less_than: 3 },
  { attribute: "age", is: "x", ignore_case: true },
  { attribute: "age", is_set: false },
  { attribute: "age", between: [1, 3] },
  { attribute: "age", more_than: { attribute: "other" } },
  { attribute: "trial", in_next: "3 days" },
  { attribute: "trial", this: "month", zone: "Europe/Paris" },
  { attribute: "trial", anniversary: { in_next: "7 days" } },
  { attribute: "trial", from: "2017-01-01", until: "2017-02-01" },
  { attribute: ["utm.source"], is: "x" },
  { event: "purchase" },
  { event: "purchase", is: 0, in_last: "28 days" },
  { event: "purchase", at_least: 1 },
  { event: "purchase", where: { field: "total", at_least: 100 }, in_last: "1 week" },
  { event: "purchase", where: { all: [{ field: "total", at_least: 100 }] }, in_last: "1 week" },
  { event: "purchase", where: { not: { field: "total", at_least: 100 } } },
  { event: "purchase", where: { field: "total", up: 1, at_least: 100 } },
  { event: "purchase", average: "total", in_last: "90 days", more_than: 40 },
  { event: "purchase", last: "store", is: "Lyon" },
  { event: "purchase", latest: "store", is: "Lyon" },
  { event: "purchase", last: "month" },
  { event: "purchase", last: "total", previous: "month", at_least: 1 },
  { event: "purchase", previous: "month" },
  { event: "purchase", count: "total", at_least: 1 },
  { event: "purchase", count: true, at_least: 2 },
  { event: "purchase", sum: { call: "mul", args: [{ field: "a" }, 2] }, at_least: 2 },
  { event: "purchase", between_ages: ["28 days", "118 days"], at_least: 6 },
  { event: "purchase", last_units: { unit: "month", count: 3, include_current: true }, zone: "America/New_York", distinct: "department", over: "items", at_least: 12 },
  { event: "purchase", last_units: { unit: "month", count: 3, include_current: false } },
  { event: "purchase", units: { unit: "month", from: -3, to: -2 } },
  { event: "purchase", window: { from: "start of month", to: "now" }, at_least: 2 },
  { event: "purchase", from: "2017-03-01", until: "2017-06-01", zone: "America/New_York" },
  { event: "purchase", until: "2017-06-01" },
  { event: "purchase", zone: "Europe/Paris" },
  { event: "purchase", over: "items", where: { any: [{ field: "d", contains: "O", ignore_case: true }, { event_field: "total", more_than: 20 }] }, sum: "value", in_last: "60 days", at_least: 25 },
  { event: "purchase", where: { all_items: "items", where: { field: "department", is: "FUEL" } }, in_last: "30 days", at_least: 3 },
  { any_item: "interests", where: { item: true, is: "tea" } },
  { any_item: { all_events: ["visit"] }, where: { field: "page", is: "pricing" } },
  { sample: "10 %", seed: "x" },
  { sequence: [{ event: "purchase" }, { event: "mailing", within: "2 days" }] },
  { compare: { left: { attribute: "a" }, op: "==", right: { attribute: "b" } } },
  { call: "size", args: [{ attribute: "a" }], at_least: 3 },
];

test.each(FORMS.map((form) => [JSON.stringify(form), form] as const))("%s comes back as it was", (_, form) => {
  expect(tree(readRule(form))).toEqual(form);
  expect(gaps(readRule(form)).size).toBe(0);
});

test("what has no field is kept, what has one is not", () => {
  const kinds = (form: unknown) => [...every(readRule(form))].map(({ kind }) => kind);
  expect(kinds({ all: [{ sample: "1 %" }, { segment: "gold" }] })).toEqual(["group", "kept", "segment"]);
  expect(kinds({ event: "purchase", last: "month", where: { field: "total", at_least: 2 } })).toEqual(["group", "event", "group", "value"]);
  expect(kinds({ event: "purchase", at_least: 2, more_than: 1 })).toEqual(["group", "kept"]);
});

test("unfinished conditions are told, and left out where it is wanted", () => {
  const open = event("");
  const rule = group([open, segment(["gold"]), value("attribute", "age", { op: "between", value: [1, null] })]);
  expect([...gaps(rule).values()]).toEqual(["event", "value"]);
  expect(printRule(rule, new Set(gaps(rule).keys())).tree).toEqual({ segment: "gold" });
  expect(printRule(group(), new Set()).tree).toBeNull();
});

test("a problem finds the condition it is about", () => {
  const rule = readRule({ all: [{ segment: "gold" }, { not: { event: "purchase", where: { field: "x", is: 1 } } }] });
  const { places } = printRule(rule);
  const about = (where: string) => [...every(rule)].find(({ id }) => id === ruleAt(places, where));
  expect(about("rule.all[0].segment")?.kind).toBe("segment");
  expect(about("rule.all[1].not.event")?.kind).toBe("event");
  expect(about("rule.all[1].not.where.field")?.kind).toBe("value");
  expect(about("rule.nothing")).toBe(rule);
  expect(about("elsewhere")).toBeUndefined();
});
