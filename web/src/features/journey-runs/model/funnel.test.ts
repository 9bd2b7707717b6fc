import { expect, test } from "vitest";
import { byDay } from "./days";
import { activitiesOf, funnel, totals } from "./funnel";
import type { ActivityRow, RunsRow } from "./rows";

const row = (activity: string, arrived: number, left = arrived): ActivityRow => ({
  activity, kind: "email", arrived, people: arrived, waiting: arrived - left, held: 0, left, overtaken: 0, errors: 0, passed: 0,
});

test("stations stand in the order of the definition, those of earlier versions last", () => {
  const found = funnel([row("gone", 1), row("entry", 10), row("b", 4, 2)], [{ activity: "b", label: "yes", runs: 1 }], { a: { type: "wait" }, b: { label: "Bee" } });
  expect(found.map((each) => each.activity)).toEqual(["entry", "a", "b", "gone"]);
  expect(found[1]).toMatchObject({ kind: "wait", arrived: 0, share: 0 });
  expect(found[2]).toMatchObject({ label: "Bee", share: 0.4, ways: [{ label: "yes", runs: 1, share: 0.5 }] });
});

test("a definition that is none has no activities", () => {
  expect(activitiesOf(null)).toEqual({});
  expect(activitiesOf({ activities: 3 })).toEqual({});
});

test("runs are summed over versions, or of one", () => {
  const one = (version: number, entered: number): RunsRow => ({
    version, entered, in_progress: 0, finished: entered, error: 0, timed_out: 0, exited: 0, instance_timed_out: 0, stopped: 0, merged: 0, failed: 0, held_out: 0, discarded: 1,
  });
  expect(totals([one(1, 3), one(2, 4)])).toMatchObject({ entered: 7, finished: 7, discarded: 2 });
  expect(totals([one(1, 3), one(2, 4)], 2)).toMatchObject({ entered: 4, discarded: 1 });
});

test("days have no gaps; long stretches are told by weeks", () => {
  const days = byDay([{ day: "2018-01-01", n: 2 }, { day: "2018-01-04", n: 1 }, { day: "2018-01-04", n: 5 }], ["n"]);
  expect(days).toEqual([{ at: "2018-01-01", n: 2 }, { at: "2018-01-02", n: 0 }, { at: "2018-01-03", n: 0 }, { at: "2018-01-04", n: 6 }]);
  const weeks = byDay([{ day: "2018-01-03", n: 1 }, { day: "2018-01-07", n: 1 }, { day: "2018-01-08", n: 1 }], ["n"], 3);
  expect(weeks).toEqual([{ at: "2018-01-01", n: 2 }, { at: "2018-01-08", n: 1 }]);
});
