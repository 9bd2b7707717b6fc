import { describe, expect, it } from "vitest";
import type { Opportunity, Stage } from "~/components/crm/fields";
import { asksFirst, beside, board, moveTo } from "./moving";

const stage = (number: number, more: Partial<Stage> = {}): Stage => ({ stage: number, description: `S${number}`, completed_pct: 0, chances_pct: 50, activity_code: "", quote_required: false, allow_skip: false, date_formula: "", ...more });
const STAGES = [stage(1), stage(2), stage(3, { quote_required: true })];
const row = (more: Partial<Opportunity>): Opportunity => ({ no: "O1", status: "in_progress", stage: 1, estimated_value: 100, current_value: 20, quote_no: "", ...more }) as Opportunity;

describe("moves", () => {
  it("are first, next and previous to the neighbours, jumps elsewhere", () => {
    expect(moveTo(null, 1)).toEqual({ action: "first" });
    expect(moveTo(1, 2)).toEqual({ action: "next" });
    expect(moveTo(3, 2)).toEqual({ action: "previous" });
    expect(moveTo(1, 3)).toEqual({ action: "jump", stage: 3 });
    expect(moveTo(2, 2)).toBeNull();
    expect(moveTo(2, null)).toBeNull();
  });
  it("by keys stay on the board, and never lead back to before the first stage", () => {
    expect(beside(null, 1, STAGES)).toBe(1);
    expect(beside(1, -1, STAGES)).toBeUndefined();
    expect(beside(3, 1, STAGES)).toBeUndefined();
  });
  it("ask for what is missing", () => {
    expect(asksFirst(row({ status: "not_started", stage: null }), STAGES[0]!)).toBe(true);
    expect(asksFirst(row({}), STAGES[1]!)).toBe(false);
    expect(asksFirst(row({}), STAGES[2]!)).toBe(true);
    expect(asksFirst(row({ quote_no: "Q1" }), STAGES[2]!)).toBe(false);
  });
});

it("lays opportunities out by stage with their sums, the most valuable first", () => {
  const columns = board([row({ no: "O1" }), row({ no: "O2", estimated_value: 300, current_value: 60 }), row({ no: "O3", status: "not_started", stage: null, estimated_value: null })], STAGES);
  expect(columns.map(({ place, rows }) => [place, rows.map(({ no }) => no)])).toEqual([[null, ["O3"]], [1, ["O2", "O1"]], [2, []], [3, []]]);
  expect(columns[1]).toMatchObject({ estimated: 400, current: 80 });
});
