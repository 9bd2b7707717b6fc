import { expect, test } from "vitest";
import { canMigrate, canReopen, canRollBack, placeOf, shown, type Version } from "./versions";

const version = (number: number, status: string): Version => ({ version: number, status, name: "n", saved: "2018-01-01T00:00:00Z" });

test("only an earlier version that ran can be live again, and only while another one is", () => {
  const all = [version(1, "closed"), version(2, "live"), version(3, "draft")];
  expect(all.map((one) => canRollBack(one, all))).toEqual([true, false, false]);
  expect(all.map((one) => canMigrate(one, all))).toEqual([true, false, false]);
  const none = [version(1, "finished"), version(2, "stopped"), version(3, "draft")];
  expect(none.map((one) => canRollBack(one, none))).toEqual([false, false, false]);
  expect(none.map((one) => canReopen(one, none))).toEqual([true, true, false]);
});

test("places name the activity and its setting", () => {
  expect(placeOf("activities.pause.for")).toEqual({ activity: "pause", setting: "for" });
  expect(placeOf("activities.pause")).toEqual({ activity: "pause", setting: "" });
  expect(placeOf("entry.segment")).toEqual({ activity: null, setting: "entry.segment" });
});

test("values are short", () => {
  expect(shown(undefined)).toBe("–");
  expect(shown({ a: 1 })).toBe('{"a":1}');
  expect(shown("x".repeat(200), 10)).toBe(`${"x".repeat(9)}…`);
});
