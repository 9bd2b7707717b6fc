import { describe, expect, it } from "vitest";
import { axisLabel, drawn, panes, type Point, reach, rounded, type Series } from "./model";

const points: Point[] = [
  { at: "2017-01-01", in: 3, out: 5, members: 10 },
  { at: "2017-01-02", in: 0, out: 0, members: null },
];
const series: Series[] = [
  { key: "members", label: "Members", kind: "line" },
  { key: "in", label: "In", kind: "bar", pane: 1 },
  { key: "out", label: "Out", kind: "bar", pane: 1, down: true },
];

describe("a chart of time", () => {
  it("turns round what goes down, and nothing else", () => {
    expect(drawn(points, series)).toEqual([
      { at: "2017-01-01", in: 3, out: -5, members: 10 },
      { at: "2017-01-02", in: 0, out: 0, members: null },
    ]);
  });
  it("keeps zero from becoming minus zero", () => {
    expect(Object.is(drawn(points, series)[1]!.out, 0)).toBe(true);
  });
  it("puts other scales into panes of their own", () => {
    expect(panes(series).map((pane) => pane.map((each) => each.key))).toEqual([["members"], ["in", "out"]]);
  });
  it("measures up and down alike", () => {
    expect(reach(points, series.slice(1))).toBe(5);
  });
  it("names a day as that day in every zone", () => {
    expect(axisLabel("2017-01-01", points)).toMatch(/1/);
    expect(axisLabel("2017-01-01", [points[0]!, { at: "2019-01-01" }])).toMatch(/2017/);
  });
  it("ends its axis at a round number", () => {
    expect([0, 0.4, 7, 28, 132, 990, 4_100].map(rounded)).toEqual([1, 1, 7, 30, 150, 1000, 5000]);
  });
});
