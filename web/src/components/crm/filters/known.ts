/** Values that a field is known to have, so that people pick them by name instead of typing codes. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useDebouncedValue } from "@mantine/hooks";
import { asking, reading } from "~/lib/api/client";
import { quoted } from "./model/expression";
import { fullName } from "./model/fields";
import { type Expressions } from "./model/shape";

export interface Choice {
  value: string;
  label: string;
}
type Row = Record<string, unknown>;

/** Kinds of codes of `/api/codes`, by field; `code` of a sub-table is its own kind. */
const KINDS: Readonly<Record<string, string>> = {
  country_code: "country", territory_code: "territory", language_code: "language", salutation_code: "salutation", currency_code: "currency",
  organizational_level_code: "organizational_level", group_code: "interaction_group",
};
const CODED = ["mailing_group", "job_responsibility", "industry_group", "business_relation"];
const CONTACTS = ["contact_no", "company_no"];
const MANY = { query: { limit: 1000 } };
const KEPT = 5 * 60_000;

const choice = (row: Row, key: string, text: string): Choice => ({ value: String(row[key]), label: row[text] ? `${String(row[text])} (${String(row[key])})` : String(row[key]) });
const choices = (rows: readonly Row[] | undefined, key: string, text: string): Choice[] => (rows ?? []).map((row) => choice(row, key, text));

/** Whether values of a field are numbers of contacts, which are searched for by name. */
export const isContact = (table: string, field: string): boolean => CONTACTS.includes(field) || (table === "contact" && field === "no");

/** The known values of a field; `undefined` where nobody can list them. `beside` are the other conditions on the row. */
export function useKnown(table: string, name: string, beside: Expressions = {}): Choice[] | undefined {
  const field = fullName(table, name);
  const kind = field === "code" && CODED.includes(table) ? table : KINDS[field];
  const asked = (wanted: boolean) => ({ enabled: wanted, staleTime: KEPT });
  const codes = useQuery({ ...reading("/api/codes/{kind}", { path: { kind: kind ?? "" }, ...MANY }), ...asked(kind !== undefined) });
  const people = useQuery({ ...reading("/api/salespeople", MANY), ...asked(field === "salesperson_code") });
  const campaigns = useQuery({ ...reading("/api/campaigns", MANY), ...asked(field === "campaign_no") });
  const templates = useQuery({ ...reading("/api/interaction-templates", MANY), ...asked(field === "template_code") });
  const questionnaires = useQuery({ ...reading("/api/questionnaires", MANY), ...asked(field === "questionnaire_code") });
  const logged = useQuery({ ...reading("/api/logged-segments", MANY), ...asked(field === "logged_segment") });
  const code = table === "profile_answer" && field === "line_no" ? plainCode(beside.questionnaire_code ?? "") : "";
  const lines = useQuery({ ...reading("/api/questionnaires/{code}/lines", { path: { code }, ...MANY }), ...asked(code !== "") });
  if (kind) return choices(codes.data?.items as Row[] | undefined, "code", "description");
  if (code) return answers(lines.data?.items as Row[] | undefined);
  switch (field) {
    case "salesperson_code": return choices(people.data?.items as Row[] | undefined, "code", "name");
    case "campaign_no": return choices(campaigns.data?.items as Row[] | undefined, "no", "description");
    case "template_code": return choices(templates.data?.items as Row[] | undefined, "code", "description");
    case "questionnaire_code": return choices(questionnaires.data?.items as Row[] | undefined, "code", "description");
    case "logged_segment": return choices(logged.data?.items as Row[] | undefined, "id", "description");
  }
  return undefined;
}

const plainCode = (expression: string): string => (/^[\w -]+$/.test(expression) ? expression : "");

/** Answers of a questionnaire as "question: answer". */
function answers(rows: readonly Row[] = []): Choice[] {
  let question = "";
  const made: Choice[] = [];
  for (const row of rows) {
    if (row.type === "question") question = String(row.description);
    else made.push({ value: String(row.line_no), label: `${question} ${String(row.description)}` });
  }
  return made;
}

/** Contacts whose name holds what is typed: choices, and the function that is told what is typed. */
export function useContactSearch(type?: "company" | "person"): { found: Choice[]; search: (text: string) => void; searching: boolean } {
  const [text, search] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const name = { search_name: `@${quoted(`*${wanted}*`)}`, ...(type ? { type } : {}) };
  const number = { no: quoted(`${wanted}*`), ...(type ? { type } : {}) };
  const filters = { any_of: [{ contact: name }, { contact: number }] };
  const query = useQuery({ ...asking("/api/contacts/find", { body: { limit: 20, filters } }), enabled: wanted.length > 0, placeholderData: (before) => before });
  return { found: wanted ? (query.data?.items ?? []).map(contactChoice) : [], search, searching: query.isFetching };
}

/** "Ann Adler · Adler Bikes (C00002)". */
export function contactChoice(card: Row): Choice {
  const firm = card.type === "person" && card.company_name ? ` · ${String(card.company_name)}` : "";
  return { value: String(card.no), label: `${String(card.name)}${firm} (${String(card.no)})` };
}
