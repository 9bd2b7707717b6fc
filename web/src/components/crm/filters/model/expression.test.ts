import { describe, expect, it } from "vitest";
import { OPS, parse, write } from "./expression";
import type { Kind } from "./fields";

describe("filter expressions", () => {
  it.each([
    ["code", "A|B", { op: "any_of", values: ["A", "B"] }],
    ["code", "<>A&<>B", { op: "none_of", values: ["A", "B"] }],
    ["code", "'R&D'|B", { op: "any_of", values: ["R&D", "B"] }],
    ["text", "@*lyon*", { op: "contains", values: ["lyon"] }],
    ["text", "@'*R&D*'", { op: "contains", values: ["R&D"] }],
    ["text", "O''Neil", { op: "expression", values: ["O''Neil"] }],
    ["text", "''", { op: "empty", values: [] }],
    ["number", ">=12.5", { op: "at_least", values: ["12.5"] }],
    ["number", "1..5", { op: "between", values: ["1", "5"] }],
    ["number", ">=12,5", { op: "expression", values: [">=12,5"] }],
    ["date", "2026-01-28..", { op: "from", values: ["2026-01-28"] }],
    ["date", "..2026-01-28", { op: "until", values: ["2026-01-28"] }],
    ["date", "today-30D..today", { op: "last_days", values: ["30"] }],
    ["date", "month", { op: "period", values: ["month"] }],
    ["date", "-1Y..", { op: "expression", values: ["-1Y.."] }],
    ["flag", "yes", { op: "yes", values: [] }],
  ] as const)("%s %s", (kind, text, meant) => {
    expect(parse(text, kind)).toEqual(meant);
  });

  it("are written as they were read", () => {
    const texts = ["A", "A|B", "5999|8100..8490", "..1299|1400..", ">50&<100", "@*co*|*inc", "<>''", "'", "''''", "'a..b'", "a..b", "(A|B)&<>C", "%me", "@x*"];
    for (const kind of Object.keys(OPS) as Kind[]) {
      if (kind === "flag") continue;
      for (const text of texts) expect(write(parse(text, kind)), `${kind} ${text}`).toBe(text);
    }
  });

  it("with a value missing restrict nothing", () => {
    expect(write({ op: "is", values: [""] })).toBe("");
    expect(write({ op: "between", values: ["", ""] })).toBe("");
    expect(write({ op: "any_of", values: [] })).toBe("");
  });
});
