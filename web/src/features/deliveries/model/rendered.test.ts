import { expect, test } from "vitest";
import { activityOf, filled, parts, read } from "./rendered";

const values = { profile: { email: "a@b.c", points: 0 }, event: { total: 5.38, items: [1] } };

test("plain places are filled in, cleverer ones stay", () => {
  expect(filled("To {{ profile.email }}: ${{event.total}}, {{ profile.points }}", values)).toBe("To a@b.c: $5.38, 0");
  expect(filled("{{ profile.name }} {{ event.items }} {{ event.total | round }}", values)).toBe("{{ profile.name }} {{ event.items }} {{ event.total | round }}");
});

test("what is kept is read, whatever it is", () => {
  expect(read('{"a":1}')).toEqual({ a: 1 });
  expect(read("[1]")).toEqual({ value: [1] });
  expect(read("not json")).toEqual({ text: "not json" });
  expect(read(null)).toEqual({});
});

test("the parts of an activity stand in the order of reading, empty ones are left out", () => {
  const activity = { type: "email", body: "Hello {{ profile.email }}", subject: "Hi", to: "", payload: { x: 1 } };
  expect(parts(activity, values)).toEqual([
    { name: "subject", text: "Hi" },
    { name: "body", text: "Hello a@b.c" },
    { name: "payload", text: '{\n  "x": 1\n}' },
  ]);
});

test("an activity is found by its id, if it is there", () => {
  const definition = { activities: { mail: { type: "email" } } };
  expect(activityOf(definition, "mail")).toEqual({ type: "email" });
  expect(activityOf(definition, "other")).toBeUndefined();
  expect(activityOf({}, "mail")).toBeUndefined();
});
