import { expect, it } from "vitest";
import { phase } from "./fields";

it("runs on its first and on its last day, and without dates always", () => {
  const dates = { starting_date: "2026-03-01", ending_date: "2026-03-31" };
  expect(["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"].map((today) => phase(dates, today))).toEqual(["ahead", "running", "running", "over"]);
  expect(phase({ starting_date: null, ending_date: null }, "2026-01-01")).toBe("running");
});
