import { describe, expect, it } from "vitest";
import { isLength, outlook, pointsAhead } from "./forecast";

const days = [
  { day: "2018-01-01", entering: 0, leaving: 2, members: 8 },
  { day: "2018-01-02", entering: 1, leaving: 4, members: 5 },
  { day: "2018-01-03", entering: 0, leaving: 5, members: 0 },
];

describe("the outlook of a segment", () => {
  it("adds up who leaves and who enters", () => {
    expect(outlook(days)).toEqual({ leaving: 11, entering: 1, halved: "2018-01-02" });
  });
  it("knows no day where nobody leaves, or nobody is in", () => {
    expect(outlook([{ day: "2018-01-01", entering: 0, leaving: 0, members: 3 }]).halved).toBeNull();
    expect(outlook([{ day: "2018-01-01", entering: 0, leaving: 0, members: 0 }]).halved).toBeNull();
    expect(outlook([])).toEqual({ leaving: 0, entering: 0, halved: null });
  });
  it("is drawn day by day", () => {
    expect(pointsAhead(days)[1]).toEqual({ at: "2018-01-02", members: 5, entering: 1, leaving: 4 });
    expect(isLength(30)).toBe(true);
    expect(isLength(31)).toBe(false);
  });
});
