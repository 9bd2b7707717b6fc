import { expect, it } from "vitest";
import { type Entry, standing } from "./standing";

const entry = (more: Partial<Entry>): Entry => ({ id: 1, active: false, action: "next", stage: 1, previous_stage: 0, date_of_change: "2026-01-01", date_closed: null, days_open: 0, estimated_value: 200, chances_pct: 40, completed_pct: 30, probability_pct: 12, estimated_close_date: null, close_code: "", ...more });

it("takes stage and figures of the active entry", () => {
  const found = standing({ no: "O1" }, [entry({ stage: 3 }), entry({ id: 2, active: true, stage: 2 })]);
  expect(found).toMatchObject({ no: "O1", stage: 2, estimated_value: 200, current_value: 24 });
});

it("has no figures before it is started", () => {
  expect(standing({ no: "O1" }, [])).toMatchObject({ stage: null, estimated_value: null, current_value: null });
});
