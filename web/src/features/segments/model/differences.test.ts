import { describe, expect, it } from "vitest";
import { lines, placeInWords, valueInWords } from "./differences";

describe("differences of versions", () => {
  it("name the place as people count", () => {
    expect(placeInWords("rule.all[1].at_least")).toBe("rule › all › 2 › at least");
    expect(placeInWords("name")).toBe("name");
  });
  it("show values in one line", () => {
    expect(valueInWords({ event: "purchase", at_least: 3 })).toBe("event: purchase, at least: 3");
    expect(valueInWords({ any: [{ attribute: "a", is: 1 }, { segment: "b" }] })).toBe("any: (attribute: a, is: 1; segment: b)");
    expect(valueInWords(["a", "b"])).toBe("a, b");
    expect(valueInWords(null)).toBeNull();
    expect(valueInWords(false)).toBe("false");
  });
  it("keep what was and what is", () => {
    expect(lines([{ kind: "changed", place: "rule.at_least", old: 3, new: 4 }])).toEqual([{ kind: "changed", place: "rule › at least", before: "3", after: "4" }]);
  });
});
