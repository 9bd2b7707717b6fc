import { describe, expect, it } from "vitest";
import { counts, descriptionOf, methodKey, ruleOf } from "./definition";

describe("a definition", () => {
  it("is read as its author wrote it", () => {
    const written = { segment: "a", description: "b", rule: { attribute: "c", is: 1 } };
    expect(descriptionOf(written)).toBe("b");
    expect(ruleOf(written)).toEqual({ attribute: "c", is: 1 });
  });
  it("may lack anything", () => {
    expect(descriptionOf(null)).toBe("");
    expect(descriptionOf({ description: 3 })).toBe("");
    expect(ruleOf("text")).toBeUndefined();
  });
  it("counts while it is published", () => {
    expect(["draft", "published", "inactive", "deleted"].filter(counts)).toEqual(["published"]);
  });
  it("has words for its method", () => {
    expect(methodKey("by the clock")).toBe("by_the_clock");
  });
});
