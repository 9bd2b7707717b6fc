import { describe, expect, it } from "vitest";
import { conditions, groupOf, type Part, seen, shownAs, sourceOf } from "./model";

const leaf = (held: boolean, text = "a condition"): Part => ({ text, held });

describe("an explanation", () => {
  it("knows groups from conditions", () => {
    expect(groupOf({ text: "any of these", held: true, parts: [leaf(true)] })).toBe("any");
    expect(groupOf({ text: "is in segment 'gold'", held: true, parts: [leaf(true)] })).toBeNull();
    expect(groupOf(leaf(true, "not"))).toBeNull();
  });
  it("reads where a value comes from", () => {
    expect(sourceOf("sum of purchase total")).toEqual({ kind: "sum", event: "purchase", name: "total" });
    expect(sourceOf("count of purchase")).toEqual({ kind: "count", event: "purchase" });
    expect(sourceOf("has_kids")).toEqual({ kind: "attribute", name: "has_kids" });
    expect(sourceOf("status in gold")).toEqual({ kind: "membership", name: "gold" });
    expect(sourceOf("city of birth")).toEqual({ kind: "attribute", name: "city of birth" });
  });
  it("shows the newest event first, without what is internal or empty", () => {
    const part: Part = { text: "x", held: true, events: [{ _time: "2017-01-01T00:00:00Z", _event_id: "1", total: 3, coupon: null, items: [{}, {}] }, { _time: "2017-02-01T00:00:00Z", total: 4 }] };
    expect(seen(part)).toEqual([
      { time: "2017-02-01T00:00:00Z", values: [["total", { as: "number", value: 4 }]] },
      { time: "2017-01-01T00:00:00Z", values: [["total", { as: "number", value: 3 }], ["items", { as: "several", value: 2 }]] },
    ]);
  });
  it("tells instants from texts", () => {
    expect(shownAs("2017-01-01T00:00:00Z").as).toBe("moment");
    expect(shownAs("2017").as).toBe("text");
    expect(shownAs(false).as).toBe("no");
    expect(shownAs(null).as).toBe("nothing");
    expect(shownAs([]).as).toBe("several");
  });
  it("counts conditions through groups and other segments", () => {
    expect(conditions({ text: "all of these", held: false, parts: [leaf(true), { text: "not", held: true, parts: [leaf(false)] }] })).toEqual({ held: 1, all: 2 });
  });
});
