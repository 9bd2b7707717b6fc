import { expect, test } from "vitest";
import { brief, days, type Happening } from "./days";

const line = (time: string | null): Happening => ({ time, kind: "event", name: "purchase", detail: {} });

test("lines of one day stand together, in their order", () => {
  const found = days([line("2018-01-02T12:00:00Z"), line("2018-01-01T13:00:00Z"), line("2018-01-01T12:00:00Z")]);
  expect(found.map(({ lines }) => lines.length)).toEqual([1, 2]);
});

test("lines without a time are a day of their own", () => expect(days([line(null), line(null)])).toHaveLength(1));

test("a line tells the first plain properties", () =>
  expect(brief({ store: "436", total: 1.99, items: [1], note: null, a: 1, b: 2, c: 3 })).toBe("store 436, total 1.99, a 1, b 2"));
