import { expect, test } from "vitest";
import { type Filter, filtersOf, kindOf, questionOf, textOf, valueOf } from "./filters";

const view = { search: "", segment: "", filters: "", sort: "appeared", after: "" };
const filters: Filter[] = [
  { attribute: "age", comparator: "is", value: "65+" },
  { attribute: "adults", comparator: "at_least", value: 2 },
  { attribute: "email", comparator: "is_not_set", value: null },
];

test("filters go into the address and come back", () => expect(filtersOf(textOf(filters))).toEqual(filters));

test.each(["", "nonsense", "{}", "[1]", "[[1,2,3]]"])("%j in the address is no filter", (text) => expect(filtersOf(text)).toEqual([]));

test("no filter is no rule, one is itself, several are all of them", () => {
  expect(questionOf(view, 50).where).toBeNull();
  expect(questionOf({ ...view, filters: textOf(filters.slice(0, 1)) }, 50).where).toEqual({ attribute: "age", is: "65+" });
  expect(questionOf({ ...view, filters: textOf(filters) }, 50).where).toEqual({
    all: [{ attribute: "age", is: "65+" }, { attribute: "adults", at_least: 2 }, { attribute: "email", is_set: false }],
  });
});

test("a search of blanks is none", () => expect(questionOf({ ...view, search: "  " }, 50).search).toBeNull());

test("days, lists and objects are only asked for by whether there is one", () => {
  expect(["integer", "decimal", "boolean", "string", "dateTime", "list"].map(kindOf)).toEqual(["number", "number", "boolean", "text", "other", "other"]);
});

test.each([
  ["3,5", "number", 3.5],
  ["x", "number", undefined],
  ["", "text", undefined],
  ["true", "boolean", true],
  ["yes", "boolean", undefined],
] as const)("%j as %s", (text, kind, value) => expect(valueOf(text, kind)).toBe(value));
