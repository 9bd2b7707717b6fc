/** The fields of a card in the groups that people look for them in; persons and companies differ. */
import { choice, code, contact, day, type Field, flag, text } from "~/components/crm/fields";

export type ContactType = "company" | "person";

const COMPANY: Field[] = [text("name", { wide: true })];
const PERSON: Field[] = [
  text("first_name"), text("last_name"), text("middle_name"), text("initials"), contact("company_no"), text("job_title"),
  code("organizational_level_code", "organizational_level"), day("birthday"),
];

export function general(type: ContactType): Field[] {
  return [
    ...(type === "person" ? [text("name", { wide: true }), ...PERSON] : COMPANY),
    code("salutation_code", "salutation"), text("search_name"), code("salesperson_code", "salesperson"),
    ...(type === "company" ? [text("vat_no"), text("registration_no"), text("currency_code")] : []),
  ];
}

export const COMMUNICATION: Field[] = [
  text("email", { type: "email" }), text("email_2", { type: "email" }), text("phone_no", { type: "tel" }), text("mobile_phone_no", { type: "tel" }),
  text("fax_no", { type: "tel" }), text("home_page", { type: "url" }), choice("correspondence_type", ["email", "hard_copy"]),
  code("language_code", "language"), text("format_region"),
];

export const ADDRESS: Field[] = [
  text("address", { wide: true }), text("address_2", { wide: true }), text("post_code"), text("city"), text("county"),
  code("country_code", "country"), code("territory_code", "territory"),
];

export function privacy(type: ContactType): Field[] {
  return [flag("exclude_from_segment"), flag("privacy_blocked"), ...(type === "person" ? [flag("minor"), flag("parental_consent")] : [])];
}

/** What is asked of a new contact; the card has the rest. */
export function first(type: ContactType): Field[] {
  const who = type === "person" ? [text("first_name"), text("last_name"), contact("company_no"), text("job_title")] : [text("name", { wide: true, required: true })];
  return [...who, text("email", { type: "email" }), text("phone_no", { type: "tel" }), text("city"), code("country_code", "country"), code("salesperson_code", "salesperson"), code("language_code", "language")];
}

/** Kinds of codes that a contact of a type may have. */
export const kindsOf = (type: ContactType): string[] =>
  type === "company" ? ["mailing_group", "industry_group", "web_source"] : ["mailing_group", "job_responsibility"];
