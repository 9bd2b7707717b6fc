import { expect, test } from "vitest";
import { type Entry, nextOf, spoken, verdictOf } from "./entries";

const entry = (number: number): Entry => ({ number, at: "", kind: "", caller: "", name: "", operation: "", target: "", outcome: 200, address: "", request: "" });

test.each([
  ["profiles_erase_one", "Profiles: erase one"],
  ["session", "Session"],
  ["GET", "GET"],
  ["", ""],
])("%j is said as %j", (operation, said) => expect(spoken(operation)).toBe(said));

test("an answer below 400 was done, above 500 something broke", () => expect([200, 204, 400, 401, 429, 500, 503].map(verdictOf)).toEqual(["done", "done", "refused", "refused", "refused", "failed", "failed"]));

test("a full page is followed by lower numbers, a short one by nothing", () => {
  expect(nextOf([entry(9), entry(8)], 2)).toBe("8");
  expect(nextOf([entry(9)], 2)).toBeNull();
});
