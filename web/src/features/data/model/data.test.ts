import { expect, test } from "vitest";
import { objectOf, planOf } from "./json";
import { chosen, guessed, isUnderWay, mappingOf, missing } from "./mapping";

test("columns are guessed by their names, each role once", () => {
  const found = guessed(["customer_id", "ordered_at", "created_at", "total"], "events");
  expect(found.map(({ role }) => role)).toEqual(["profile", "time", "property", "property"]);
  expect(guessed(["profile_id", "signed_up_at"], "profiles").map(({ role }) => role)).toEqual(["profile", "property"]);
});

test("what is missing is told", () => {
  const choices = guessed(["a", "b"], "events");
  expect(missing(choices, "events", "")).toEqual(["profile", "time", "event"]);
  expect(missing(chosen(choices, "a", "profile"), "events", "purchase")).toEqual(["time"]);
  expect(missing(chosen(choices, "a", "profile"), "profiles", "")).toEqual([]);
});

test("a role moves from one column to another", () => {
  const choices = chosen(chosen(guessed(["a", "b"], "events"), "a", "time"), "b", "time");
  expect(choices.map(({ role }) => role)).toEqual(["property", "time"]);
  expect(chosen(chosen(choices, "a", "skip"), "b", "skip").map(({ role }) => role)).toEqual(["skip", "skip"]);
});

test("a mapping says only what was chosen", () => {
  const choices = [
    { column: "who", role: "profile", name: "" },
    { column: "when", role: "time", name: "" },
    { column: "amt", role: "property", name: "total" },
    { column: "x", role: "skip", name: "" },
    { column: "same", role: "property", name: "same" },
  ] as const;
  expect(mappingOf(choices, "purchase")).toEqual({ profile: "who", time: "when", event: "purchase", rename: { amt: "total" }, skip: ["x"] });
  expect(mappingOf([{ column: "kind", role: "event", name: "" }], "purchase")).toEqual({ event_column: "kind" });
});

test("only objects are objects", () => {
  expect(objectOf('{"a": 1}')).toEqual({ a: 1 });
  for (const text of ["", "[1]", "null", "{", "3"]) expect(objectOf(text)).toBeUndefined();
});

test("a plan begins with what was seen", () =>
  expect(planOf([{ name: "total", kind: "decimal" }, { name: "what", kind: "any" }])).toEqual({ type: "object", properties: { total: { type: "number" }, what: {} } }));

test("an upload is under way until it is finished", () => expect(["uploaded", "waiting", "checking", "done", "failed"].map(isUnderWay)).toEqual([false, true, true, false, false]));
