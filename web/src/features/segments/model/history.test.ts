import { describe, expect, it } from "vitest";
import { type Day, daysEach, lastDays, pointsOf } from "./history";

const day = (text: string, entries: number, exits: number, members: number): Day => ({ day: text, entries, exits, members });
const long = (length: number): Day[] => Array.from({ length }, (_, place) => day(new Date(Date.UTC(2017, 0, 1 + place)).toISOString().slice(0, 10), 1, 0, place + 1));

describe("the history of a segment", () => {
  it("has quiet days, too, up to today", () => {
    const found = lastDays([day("2017-01-30", 2, 0, 2), day("2017-02-02", 1, 2, 1)], "all", "2017-02-04");
    expect(found.map((each) => each.day)).toEqual(["2017-01-30", "2017-01-31", "2017-02-01", "2017-02-02", "2017-02-03", "2017-02-04"]);
    expect(found.map((each) => each.members)).toEqual([2, 2, 2, 1, 1, 1]);
  });
  it("is none where nobody ever came", () => {
    expect(lastDays([day("2017-01-30", 0, 0, 0)], "all", "2017-02-02")).toEqual([]);
  });
  it("ends where it is asked to", () => {
    expect(lastDays(long(100), "month")).toHaveLength(30);
    expect(lastDays(long(100), "month").at(-1)!.members).toBe(100);
    expect(lastDays([], "year", "2017-01-01")).toEqual([]);
  });
  it("keeps days apart as long as they can be told apart", () => {
    expect(pointsOf(long(90))).toHaveLength(90);
    expect(daysEach(long(90))).toBe(1);
  });
  it("adds up what moved in longer times, and takes the members at their end", () => {
    const points = pointsOf(long(365));
    expect(points.at(-1)).toEqual({ at: "2017-12-25", members: 365, entries: 7, exits: 0 });
    expect(points.reduce((all, point) => all + Number(point.entries), 0)).toBe(365);
    expect(points[0]).toMatchObject({ members: 1, entries: 1 });
  });
});
