/** A worksheet as the API gives it. */
import type { FilterShape } from "~/components/crm/filters";

export interface Header {
  no: string;
  description: string;
  date: string | null;
  campaign_no: string;
  salesperson_code: string;
  interaction_template: string;
  version: number;
  no_of_lines: number;
  no_of_criteria_actions: number;
  total_cost: number;
  total_duration: number;
  created_by: string;
  /** Only of a single worksheet: the fields that may be typed as it stands. */
  open_fields: readonly string[];
  [field: string]: unknown;
}

export interface Line {
  line_no: number;
  contact_no: string;
  contact_name: string;
  contact_company: string;
  contact_company_name: string;
  contact_phone_no: string;
  contact_mobile_phone_no: string;
  contact_email: string;
  attachment_state: string;
  version: number;
  [field: string]: unknown;
}

export type Kind = "add" | "reduce" | "refine";

export interface Action {
  id: number;
  number: number;
  action: Kind | "refresh";
  source: "run" | "hand" | "criteria" | "logged";
  options: Readonly<Record<string, boolean>>;
  filters: FilterShape;
  /** Microseconds since 1970. */
  at: number;
  by: string;
  /** What it did to the lines. */
  inserted: number;
  deleted: number;
}

export const OPTIONS: Readonly<Record<Kind, readonly string[]>> = {
  add: ["allow_existing", "expand_companies", "allow_related_companies", "ignore_exclusion"],
  reduce: ["entire_companies"],
  refine: ["entire_companies"],
};
