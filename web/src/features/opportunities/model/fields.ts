/** The fields of an opportunity, of a move, of a task. */
import { choice, code, contact, day, flag, number, text } from "~/components/crm/fields";

const PRIORITY = choice("priority", ["low", "normal", "high"]);
const SALESPERSON = code("salesperson_code", "salesperson");
export const CARD = [
  text("description", { wide: true }), contact("contact_no", { required: true }), SALESPERSON, code("sales_cycle_code", "cycle"), code("campaign_no", "campaign"), PRIORITY, text("quote_no"),
];
export const NEW = [contact("contact", { required: true }), text("description"), code("sales_cycle_code", "cycle", { required: true }), SALESPERSON, code("campaign_no", "campaign"), PRIORITY];
export const MOVE = [number("estimated_value", { required: true }), number("chances_pct"), day("estimated_close_date"), day("date_of_change"), text("quote_no"), flag("cancel_old_tasks")];
export const WON = [code("close_code", "close_code", { required: true }), number("value", { required: true }), day("date_closed"), text("customer_no")];
export const LOST = [code("close_code", "close_code", { required: true }), day("date_closed")];

export const TASK = [
  text("description", { wide: true, required: true }), choice("type", ["phone_call", "meeting"], { label: "task_type" }), PRIORITY, day("date"), day("ending_date"), SALESPERSON, text("team_code"),
  contact("contact_no"), code("campaign_no", "campaign"), text("opportunity_no"),
];
export const TASK_CHANGE = [
  text("description", { wide: true, required: true }), choice("type", ["phone_call", "meeting"], { label: "task_type" }), PRIORITY,
  choice("status", ["not_started", "in_progress", "waiting", "postponed"], { required: true }), SALESPERSON,
];

export interface View extends Record<string, string | number | boolean | undefined> {
  tab: string;
  cycle: string;
  search: string;
  status: string;
  salesperson: string;
  campaign: string;
  sort: string;
  offset: number;
  by: string;
  since: string;
  until: string;
  new: string;
}
export const START: View = { tab: "board", cycle: "", search: "", status: "", salesperson: "", campaign: "", sort: "-estimated_value", offset: 0, by: "salesperson_code", since: "", until: "", new: "" };
export const PAGE = 50;
