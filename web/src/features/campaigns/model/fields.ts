/** The fields of a campaign and of what hangs on it. */
import { code, day, number, text } from "~/components/crm/fields";

export const CARD = [text("description", { wide: true, required: true }), day("starting_date"), day("ending_date"), code("status_code", "campaign_status"), code("salesperson_code", "salesperson")];
const ITEM = [text("item", { required: true }), text("unit"), number("min_qty")];
export const PRICE = [...ITEM, number("unit_price", { required: true })];
export const DISCOUNT = [...ITEM, number("discount_pct", { required: true })];

/** Where a campaign stands on a day: before, within, after its dates. */
export function phase(row: { starting_date: string | null; ending_date: string | null }, today: string): "ahead" | "running" | "over" {
  if (row.starting_date && row.starting_date > today) return "ahead";
  return row.ending_date && row.ending_date < today ? "over" : "running";
}
