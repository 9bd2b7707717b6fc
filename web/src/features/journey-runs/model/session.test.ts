import { expect, test } from "vitest";
import { eventsIn, failedStep, invited, segmentsIn, told, valueOf, valuesOf } from "./session";

test("segments and events are found wherever a definition speaks of them", () => {
  const definition = {
    entry: { segment: "gold", on: "enter" },
    activities: { a: { type: "condition", paths: [{ when: { all: [{ segment: "big" }, { event: "purchase" }] } }] }, b: { type: "wait_for_event", event: "redemption" } },
  };
  expect(segmentsIn(definition)).toEqual(["gold", "big"]);
  expect(eventsIn(definition)).toEqual(["purchase", "redemption"]);
  expect(segmentsIn(null)).toEqual([]);
});

test("who was invited twice is there once", () => {
  expect(invited([{ person: "anna" }, { advance: "1 day" }, { person: "ben" }, { person: "anna" }])).toEqual(["anna", "ben"]);
});

test("what is typed becomes a value of its kind", () => {
  expect(valueOf("3.5", "decimal")).toBe(3.5);
  expect(valueOf("abc", "integer")).toBe("abc");
  expect(valueOf("true", "boolean")).toBe(true);
  expect(valueOf("42", "string")).toBe("42");
  expect(valueOf('[{"a":1}]', "list")).toEqual([{ a: 1 }]);
  expect(valuesOf({ total: "12", note: " " }, new Map([["total", "integer"]]))).toEqual({ total: 12 });
});

test("the step that failed is named by the server", () => {
  expect(failedStep("steps[3].attributes")).toBe(3);
  expect(failedStep("activities.mail")).toBeNull();
  expect(failedStep(null)).toBeNull();
});

test("steps are told in words", () => {
  expect(told({ person: "anna", attributes: { age: 30 } })).toEqual({ key: "person", values: { profile: "anna", what: "age 30" } });
  expect(told({ member: "anna", segments: { gold: false } })).toEqual({ key: "leaves", values: { profile: "anna", segment: "gold" } });
  expect(told({ event: "sale" }).key).toBe("business_event");
  expect(told({ choose: "split", way: "b" })).toEqual({ key: "choose", values: { activity: "split", what: "b" } });
  expect(told({ advance: "2 days" }).values).toEqual({ length: "2 days" });
});
