import { describe, expect, it } from "vitest";
import { expressionsOf, filled, isBlank, segmentOf, segmentsIn, tablesOf, withGroup, withPart } from "./shape";

const shape = {
  contact: { city: "Lyon", template: "", minor: true },
  any_of: [{ mailing_group: { code: "FAIR" } }, { interaction: { template: "VISIT", date: "" } }],
  none_of: [{ contact: { no: "" } }, {}],
  rule: { segment: "keen" },
};

describe("filters of contacts", () => {
  it("know short names of fields and values that are no texts", () => {
    expect(expressionsOf(shape, "contact")).toEqual({ city: "Lyon", template: "", minor: "yes" });
    expect(expressionsOf(shape.any_of[1]!, "interaction")).toEqual({ template_code: "VISIT", date: "" });
  });

  it("are run without what has no value yet", () => {
    expect(filled(shape)).toEqual({
      contact: { city: "Lyon", minor: "yes" },
      any_of: [{ mailing_group: { code: "FAIR" } }, { interaction: { template_code: "VISIT" } }],
      rule: { segment: "keen" },
    });
    expect(isBlank({ contact: { no: "" }, none_of: [{}] })).toBe(true);
    expect(isBlank({ rule: { segment: "" } })).toBe(true);
    expect(isBlank({ rule: "age > 3" })).toBe(false);
  });

  it("keep rules that are more than a live segment", () => {
    expect(segmentOf({ rule: { all: [{ segment: "keen" }] } })).toBeNull();
    expect(segmentsIn({ ...shape, any_of: [{ rule: { segment: "other" } }] })).toEqual(["keen", "other"]);
  });

  it("change part by part", () => {
    expect(tablesOf(withPart(shape, "contact", undefined))).toEqual([]);
    expect(withGroup({ any_of: [{}] }, "any_of", 0, undefined)).toEqual({});
    expect(withGroup({}, "none_of", 0, { contact: {} })).toEqual({ none_of: [{ contact: {} }] });
  });
});
