import { expect, it } from "vitest";
import { codeOf, withTyped } from "./codes";

it("makes codes of words", () => {
  expect(["Île-de-France", " head of  sales ", "a very long name of a group", "!?"].map(codeOf)).toEqual(["ILE-DE-FRANCE", "HEAD-OF-SALES", "A-VERY-LONG-NAME-OF", ""]);
});

it("offers to set up only what is not there", () => {
  const known = [{ value: "NEWS", label: "Newsletter (NEWS)" }];
  const word = (words: string) => `Set up ${words}`;
  expect(withTyped(known, "Fair", word).at(-1)).toEqual({ value: "+Fair", label: "Set up Fair" });
  expect(withTyped(known, "news", word)).toHaveLength(1);
  expect(withTyped(known, "Newsletter (NEWS)", word)).toHaveLength(1);
  expect(withTyped(known, " ", word)).toHaveLength(1);
});
