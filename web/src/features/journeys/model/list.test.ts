import { expect, it } from "vitest";
import type { JourneyRow } from "../api/journeys";
import { rowsOf } from "./list";

const row = (journey: string, entered: number, status = "live"): JourneyRow => ({ journey, name: journey.toUpperCase(), state: "published", version: 1, status, entered, inside: 0, ended: entered, not_let_in: 0 });
const rows = [row("été", 5), row("win-back", 9), row("welcome", 5, "draft")];
const ids = (view: Partial<Parameters<typeof rowsOf>[1]>) => rowsOf(rows, { search: "", status: "", sort: "name", ...view }, () => undefined).map(({ journey }) => journey);

it("finds without regard to case and accents", () => {
  expect(ids({ search: "ETE" })).toEqual(["été"]);
  expect(ids({ search: "we", status: "live" })).toEqual([]);
});
it("sorts numbers by size, and equal ones by name", () => {
  expect(ids({ sort: "-entered" })).toEqual(["win-back", "été", "welcome"].sort((a, b) => (a === "win-back" ? -1 : b === "win-back" ? 1 : a.localeCompare(b))));
  expect(ids({ sort: "entered" }).at(-1)).toBe("win-back");
});
it("shows the numbers of this moment", () => {
  const [first] = rowsOf(rows, { search: "", status: "", sort: "-entered" }, (journey) => (journey === "welcome" ? { entered: 100 } : undefined));
  expect(first).toMatchObject({ journey: "welcome", entered: 100 });
});
