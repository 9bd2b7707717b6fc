/** The fields of a header, as people look for them, and why some are closed. */
import { type Field, choice, code, day, flag, number, text } from "~/components/crm/fields";

export const SECTIONS: Readonly<Record<"general" | "interaction", readonly Field[]>> = {
  general: [
    text("description"), code("salesperson_code", "salesperson"), day("date"), code("campaign_no", "campaign"),
    flag("campaign_target"), flag("campaign_response"),
  ],
  interaction: [
    code("interaction_template", "template", { label: "template_code" }), code("interaction_group", "interaction_group", { label: "group_code" }), code("language_code", "language"), text("subject"),
    code("attachment", "attachment"), code("word_template", "attachment"), choice("correspondence_type", ["hard_copy", "email"]), flag("ignore_contact_correspondence_type"),
    choice("information_flow", ["outbound", "inbound"]), choice("initiated_by", ["us", "them"]), number("unit_cost"), number("unit_duration", { kind: "integer" }),
    flag("send_as_attachment"),
  ],
};

const WITH_CAMPAIGN = ["campaign_target", "campaign_response"];

/** Why a field cannot be typed just now: a word of `closed.`, or `null` where it can. */
export function closed(name: string, open: readonly string[]): "campaign" | "template" | "ignore" | null {
  if (open.includes(name)) return null;
  if (WITH_CAMPAIGN.includes(name)) return "campaign";
  return name === "correspondence_type" ? "ignore" : "template";
}

/** The fields of a line that are typed, in its drawer. */
export const LINE_FIELDS: readonly Field[] = [
  text("description", { wide: true }), code("interaction_template", "template", { label: "template_code" }), code("interaction_group", "interaction_group", { label: "group_code" }), code("salesperson_code", "salesperson"), code("campaign_no", "campaign"),
  flag("campaign_target"), flag("campaign_response"), day("date"), choice("correspondence_type", ["hard_copy", "email"]), code("language_code", "language"), text("subject"),
  code("attachment", "attachment"), code("word_template", "attachment"), number("cost"), number("duration", { kind: "integer" }), choice("information_flow", ["outbound", "inbound"]),
  choice("initiated_by", ["us", "them"]), choice("evaluation", ["very_positive", "positive", "neutral", "negative", "very_negative"]), flag("attempt_failed"), text("alt_address"), flag("send_as_attachment"),
];
