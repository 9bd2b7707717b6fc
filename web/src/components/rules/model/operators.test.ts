import { expect, test } from "vitest";
import { printLength, readLength } from "./lengths";
import { chosen, operatorsFor, shown, typed } from "./operators";

const vocabulary = { operators: [{ kind: "integer", comparators: ["is", "at_least", "is_set"], ignore_case: [], windows: [], aggregates: ["sum"] }] };

test("only what the server takes is offered, and what stands there", () => {
  expect(operatorsFor("integer", vocabulary, "is")).toEqual(["is", "at_least", "is_set", "is_not_set"]);
  expect(operatorsFor("integer", vocabulary, "matches")[0]).toBe("matches");
  expect(operatorsFor("string", vocabulary, "is")).toContain("starts_with");
  expect(operatorsFor("boolean", vocabulary, "yes")).toEqual(["yes", "no", "is_set", "is_not_set"]);
});

test("another comparison keeps what was entered", () => {
  expect(chosen({ op: "is", value: "x" }, "in", "string")).toEqual({ op: "in", value: ["x"] });
  expect(chosen({ op: "in", value: ["x", "y"] }, "is", "string")).toEqual({ op: "is", value: "x" });
  expect(chosen({ op: "at_least", value: 3 }, "between", "integer")).toEqual({ op: "between", value: [3, null] });
  expect(chosen({ op: "is", value: "x", ignoreCase: true }, "contains", "string")).toMatchObject({ value: "x", ignoreCase: true });
  expect(chosen({ op: "is", value: "2020-01-01" }, "in_last", "dateTime")).toEqual({ op: "in_last", value: "30 days" });
  expect(chosen({ op: "is", value: true }, "no", "boolean")).toEqual({ op: "is", value: false });
});

test("a boolean is yes or no", () => {
  expect(shown({ op: "holds", value: true }, "boolean")).toBe("yes");
  expect(shown({ op: "is", value: false }, "boolean")).toBe("no");
  expect(shown({ op: "is", value: "x" }, "string")).toBe("is");
});

test("what is typed becomes a value of the kind", () => {
  expect(typed("3", "integer")).toBe(3);
  expect(typed("3.5", "integer")).toBeNull();
  expect(typed("3,5", "decimal")).toBe(3.5);
  expect(typed("3", "string")).toBe("3");
  expect(typed(" ", "string")).toBeNull();
});

test("lengths of one number and unit", () => {
  expect(readLength("90 days")).toEqual({ count: 90, unit: "day" });
  expect(readLength("2 weeks and 3 days")).toBeNull();
  expect(printLength({ count: 1, unit: "month" })).toBe("1 month");
});
