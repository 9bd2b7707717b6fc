import { expect, test } from "vitest";
import type { Head } from "~/lib/live";
import { isKnown, problemsOf } from "./problems";

const quiet: Head = {
  live: true, tick: 1, now: null, events_per_second: 0, behind_seconds: 0, problems: [], rows_waiting: 0, deliveries: { sent: 3 }, hooks: { ok: 1 }, dead_letters: 0,
};

test("nothing is wrong where nothing is", () => expect(problemsOf(quiet)).toEqual([]));

test("the worst comes first, with its number", () => {
  const found = problemsOf({ ...quiet, problems: ["late", "hooks-disabled"], behind_seconds: 40, hooks: { disabled: 2 }, dead_letters: 7, deliveries: { failed: 4 } });
  expect(found.map(({ code, count }) => [code, count])).toEqual([["hooks-disabled", 2], ["late", 40], ["deliveries-failed", 4], ["dead-letters", 7]]);
  expect(found.find(({ code }) => code === "dead-letters")?.to).toBe("/data");
});

test("a problem that nobody here knows is grave", () => {
  expect(problemsOf({ ...quiet, problems: ["on-fire"] })[0]).toMatchObject({ code: "on-fire", grave: true });
  expect(isKnown("on-fire")).toBe(false);
});
