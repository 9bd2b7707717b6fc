/** The fields of an interaction, and what a template proposes for them. */
import { choice, code, contact, day, type Field, flag, type Interaction, number, text, type Values } from "~/components/crm/fields";

const EVALUATIONS = ["very_positive", "positive", "neutral", "negative", "very_negative"] as const;
export const EVALUATION = choice("evaluation", EVALUATIONS);
const WAYS = [choice("information_flow", ["outbound", "inbound"]), choice("initiated_by", ["us", "them"])];
const WRITTEN = choice("correspondence_type", ["email", "hard_copy"]);

/** What happened: the same whether it is recorded at once or finished later. */
export const HAPPENED: Field[] = [
  text("description", { wide: true, required: true }), day("date"), text("time"), code("salesperson_code", "salesperson", { required: true }), EVALUATION,
  ...WAYS, number("cost"), number("duration"), code("campaign_no", "campaign"), WRITTEN,
  flag("campaign_target"), flag("campaign_response"), flag("attempt_failed"),
];
export const NEW: Field[] = [contact("contact", { required: true }), code("template", "template", { required: true }), ...HAPPENED];

export const TEMPLATE: Field[] = [
  text("description", { wide: true }), code("group_code", "interaction_group"), number("unit_cost"), number("unit_duration"), ...WAYS,
  WRITTEN, flag("ignore_contact_correspondence_type"), code("campaign_no", "campaign"), flag("campaign_target"), flag("campaign_response"),
  code("language_default", "language"), choice("wizard_action", ["open", "import", "merge"]), text("word_template"),
];
export const TEXTS: Field[] = [text("description", { wide: true }), text("subject", { wide: true }), code("attachment", "attachment", { wide: true })];

/** Of a template: its field, and the field of an interaction that takes its value. */
const TAKEN: Record<string, string> = {
  description: "description", unit_cost: "cost", unit_duration: "duration", information_flow: "information_flow", initiated_by: "initiated_by",
  campaign_no: "campaign_no", campaign_target: "campaign_target", campaign_response: "campaign_response", correspondence_type: "correspondence_type",
};

/** The values with those of the template in place of whatever the template before had proposed; what was typed stays. */
export function proposed(values: Values, template: Values | undefined, before: Values | undefined): Values {
  if (!template) return values;
  const next = { ...values };
  for (const [from, to] of Object.entries(TAKEN)) {
    const untouched = values[to] === undefined || values[to] === "" || values[to] === null || values[to] === before?.[from];
    if (untouched) next[to] = template[from];
  }
  return next;
}

/** Values of an interaction that was put off, to go on with. */
export const begun = (row: Interaction): Values => Object.fromEntries(HAPPENED.map(({ name }) => [name, (row as unknown as Values)[name]]));

export interface View extends Record<string, string | number | boolean | undefined> {
  tab: string;
  search: string;
  contact: string;
  template: string;
  salesperson: string;
  campaign: string;
  evaluation: string;
  since: string;
  until: string;
  canceled: string;
  logged: number;
  offset: number;
  entry: number;
  new: string;
}
export const START: View = { tab: "entries", search: "", contact: "", template: "", salesperson: "", campaign: "", evaluation: "", since: "", until: "", canceled: "", logged: 0, offset: 0, entry: 0, new: "" };
export const PAGE = 50;

/** The view as the question to the log. */
export const queryOf = (view: View, postponed: boolean) => ({
  postponed,
  newest: true,
  limit: PAGE,
  offset: view.offset,
  ...(view.search && { search: String(view.search) }),
  ...(view.contact && { contact: view.contact }),
  ...(view.template && { template_code: view.template }),
  ...(view.salesperson && { salesperson_code: view.salesperson }),
  ...(view.campaign && { campaign_no: view.campaign }),
  ...(view.evaluation && { evaluation: view.evaluation }),
  ...(view.since && { since: view.since }),
  ...(view.until && { until: view.until }),
  ...(view.canceled && { canceled: view.canceled === "yes" }),
  ...(view.logged && { logged_segment: view.logged }),
});
