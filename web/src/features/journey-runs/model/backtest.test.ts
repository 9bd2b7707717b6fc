import { expect, test } from "vitest";
import { compared, dayAfter, daysOf, framesOf, messagesOf, type Played, type PlayedDay, standingAt } from "./backtest";

const day = (at: string, activity: string, more: Partial<PlayedDay>): PlayedDay => ({
  day: at, activity, arrived: 0, waited: 0, branched: 0, mailed: 0, capped: 0, delayed: 0, failed: 0, ...more,
});
const row = (activity: string, kind: string, arrived: number, more = {}) => ({
  activity, kind, arrived, people: arrived, waiting: 0, held: 0, left: arrived, overtaken: 0, errors: 0, passed: 0, mailed: 0, capped: 0, delayed: 0, ...more,
});
const played: Played = {
  journey: "a", version: 1, people: 3, entered: 3, seconds: 1, edges: [], discards: [], errors: [], peaks: [],
  activities: [row("entry", "entry", 3), row("mail", "email", 3, { mailed: 3 }), row("pause", "wait", 3, { waiting: 1, left: 2 }), row("done", "end", 2)],
  days: [
    day("2018-01-01", "entry", { arrived: 3, branched: 3 }), day("2018-01-01", "mail", { arrived: 3, branched: 3, mailed: 3 }),
    day("2018-01-01", "pause", { arrived: 3, waited: 3 }), day("2018-01-03", "pause", { branched: 2 }), day("2018-01-03", "done", { arrived: 2, branched: 2 }),
  ],
};

test("days tell of entries, ends and messages", () => {
  expect(daysOf(played)).toEqual([
    { at: "2018-01-01", entered: 3, ended: 0, messages: 3, capped: 0 },
    { at: "2018-01-02", entered: 0, ended: 0, messages: 0, capped: 0 },
    { at: "2018-01-03", entered: 0, ended: 2, messages: 0, capped: 0 },
  ]);
  expect(messagesOf(played)).toBe(3);
});

test("the replay shows who waits at the end of each day", () => {
  expect(framesOf(played)).toEqual(["2018-01-01", "2018-01-03"]);
  expect(standingAt(played, "2018-01-01").get("pause")).toEqual({ arrived: 3, waiting: 3, left: 0, errors: 0 });
  expect(standingAt(played, "2018-01-03").get("pause")).toEqual({ arrived: 3, waiting: 1, left: 2, errors: 0 });
  expect(standingAt(played, "2018-01-03").get("done")?.waiting).toBe(0);
});

test("two drafts stand side by side, with what only one of them has", () => {
  const other: Played = { ...played, activities: [row("entry", "entry", 1), row("old", "sms", 1, { mailed: 1 })] };
  const found = compared(played, other);
  expect(found.map((each) => each.activity)).toEqual(["entry", "mail", "pause", "done", "old"]);
  expect(found[0]).toMatchObject({ arrived: [3, 1] });
  expect(found[4]).toMatchObject({ arrived: [0, 1], mailed: [0, 1] });
});

test("the day after crosses months", () => expect(dayAfter("2018-02-28")).toBe("2018-03-01"));
