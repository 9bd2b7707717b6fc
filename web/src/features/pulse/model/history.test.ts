import { expect, test } from "vitest";
import { ceiling, History, line } from "./history";

const sample = (at: number, entries = 0, exits = 0, rate = 0) => ({ at, rate, entries, exits });

test("what is older than the span is forgotten", () => {
  const history = new History(10);
  for (let at = 0; at <= 30; at += 5) history.add(sample(at));
  expect(history.samples.map(({ at }) => at)).toEqual([25, 30]);
});

test("entries and exits are counted within a time, and how long was watched is told", () => {
  const history = new History(1000);
  history.add(sample(0, 5, 1));
  expect(history.moved(60)).toEqual({ entries: 0, exits: 0, watched: 0 });
  history.add(sample(50, 8, 1));
  history.add(sample(100, 9, 4));
  expect(history.moved(60)).toEqual({ entries: 1, exits: 3, watched: 50 });
  expect(history.moved(500)).toEqual({ entries: 4, exits: 3, watched: 100 });
});

test("counts that fall begin anew", () => {
  const history = new History(1000);
  history.add(sample(0, 5, 1));
  history.add(sample(10, 2, 0));
  expect(history.samples).toHaveLength(1);
});

test.each([
  [0, 1],
  [1, 1],
  [1.2, 2],
  [3, 5],
  [5.1, 10],
  [76_400, 100_000],
])("the axis for %d ends at %d", (value, top) => expect(ceiling(value)).toBe(top));

test("the newest sample stands at the right edge", () => {
  expect(line([sample(0, 0, 0, 0), sample(50, 0, 0, 5)], 100, 10)).toBe("M50.00,100.00L100.00,50.00");
  expect(line([], 100, 10)).toBe("");
});
