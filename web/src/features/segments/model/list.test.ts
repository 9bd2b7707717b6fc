import { describe, expect, it } from "vitest";
import { LIST, narrowed, statesOf, stateWord } from "./list";

describe("the list of segments", () => {
  it("keeps the states that are chosen in one word", () => {
    expect(stateWord(["draft", "published"])).toBe("published.draft");
    expect(statesOf({ ...LIST, state: "published.draft.nonsense" })).toEqual(["published", "draft"]);
    expect(statesOf(LIST)).toEqual([]);
  });
  it("knows whether something keeps rows out", () => {
    expect(narrowed({ ...LIST, sort: "-members", offset: 50 })).toBe(false);
    expect(narrowed({ ...LIST, search: "x" })).toBe(true);
    expect(narrowed({ ...LIST, state: "draft" })).toBe(true);
  });
});
