import { expect, test } from "vitest";
import { shown } from "./shown";

test("what is not known is a dash; false and zero are values", () => {
  expect([null, undefined, false, 0, "x", { a: 1 }].map(shown)).toEqual(["–", "–", "false", "0", "x", '{"a":1}']);
});
