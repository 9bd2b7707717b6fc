import { expect, it } from "vitest";
import { holding, ordered } from "./local";

const rows = [{ no: "A10", value: 3 }, { no: "a9", value: null }, { no: "B1", value: 20 }];

it("finds a text in any case, and everything for none", () => {
  expect(holding(rows, " A", ["no"]).map(({ no }) => no)).toEqual(["A10", "a9"]);
  expect(holding(rows, "", ["no"])).toHaveLength(3);
});

it("orders numbers as numbers, with nothing at the end", () => {
  expect(ordered(rows, "no").map(({ no }) => no)).toEqual(["a9", "A10", "B1"]);
  expect(ordered(rows, "-value").map(({ value }) => value)).toEqual([20, 3, null]);
  expect(ordered(rows, "value").map(({ value }) => value)).toEqual([3, 20, null]);
});
