import { expect, it } from "vitest";
import { proposed, queryOf, START } from "./fields";

const call = { description: "Phone call", unit_cost: 2.5, unit_duration: 10, initiated_by: "us" };
const mail = { description: "Letter", unit_cost: 0.8, unit_duration: 5, initiated_by: "us" };

it("takes what a template proposes, and another template's in its place, but leaves what was typed", () => {
  const first = proposed({ contact: "C1" }, call, undefined);
  expect(first).toMatchObject({ contact: "C1", description: "Phone call", cost: 2.5, duration: 10, initiated_by: "us" });
  const typed = { ...first, description: "Asked for a quote" };
  expect(proposed(typed, mail, call)).toMatchObject({ description: "Asked for a quote", cost: 0.8, duration: 5 });
});

it("asks the log only for what the view narrows", () => {
  expect(queryOf(START, false)).toEqual({ postponed: false, newest: true, limit: 50, offset: 0 });
  expect(queryOf({ ...START, canceled: "no", logged: 4, search: "fair" }, true)).toMatchObject({ postponed: true, canceled: false, logged_segment: 4, search: "fair" });
});
