/** Rows of the CRM as the API gives them; docs/reference/crm-tables.md says what the columns hold. */
export interface PageOf<T> {
  items: T[];
  next: string | null;
  total: number | null;
}

export interface Code {
  code: string;
  description: string;
  detail: string;
  no_of_contacts: number;
}

export interface Salesperson {
  code: string;
  name: string;
}

export interface Contact {
  no: string;
  profile_id: string;
  type: "company" | "person";
  name: string;
  company_no: string;
  company_name: string;
  city: string;
  post_code: string;
  country_code: string;
  email: string;
  phone_no: string;
  mobile_phone_no: string;
  job_title: string;
  salesperson_code: string;
  territory_code: string;
  language_code: string;
  exclude_from_segment: boolean;
  privacy_blocked: boolean;
  minor: boolean;
  birthday: string | null;
  created_on: string;
  version: number;
}

export interface Interaction {
  id: number;
  contact_no: string;
  company_no: string;
  description: string;
  subject: string;
  date: string | null;
  time: string;
  template_code: string;
  group_code: string;
  salesperson_code: string;
  campaign_no: string;
  campaign_entry: number | null;
  campaign_target: boolean;
  campaign_response: boolean;
  segment_no: string;
  logged_segment: number | null;
  correspondence_type: string;
  information_flow: string;
  initiated_by: string;
  cost: number;
  duration: number;
  evaluation: string;
  attempt_failed: boolean;
  attachment: string;
  opportunity_no: string;
  delivery_status: string;
  delivery_detail: string;
  canceled: boolean;
  postponed: boolean;
  by: string;
}

export interface Template {
  code: string;
  description: string;
  group_code: string;
  unit_cost: number;
  unit_duration: number;
  correspondence_type: string;
  version: number;
}

export interface Campaign {
  no: string;
  description: string;
  starting_date: string | null;
  ending_date: string | null;
  salesperson_code: string;
  status_code: string;
  active: boolean;
  version: number;
}

export interface Cycle {
  code: string;
  description: string;
  probability_calculation: string;
  blocked: boolean;
}

export interface Stage {
  stage: number;
  description: string;
  completed_pct: number;
  chances_pct: number;
  activity_code: string;
  quote_required: boolean;
  allow_skip: boolean;
  date_formula: string;
}

export interface Opportunity {
  no: string;
  description: string;
  priority: string;
  creation_date: string;
  date_closed: string | null;
  quote_no: string;
  contact_no: string;
  contact_company: string;
  campaign_no: string;
  segment_no: string;
  salesperson_code: string;
  sales_cycle_code: string;
  status: "not_started" | "in_progress" | "won" | "lost";
  stage: number | null;
  estimated_close_date: string | null;
  close_code: string;
  estimated_value: number | null;
  chances_pct: number | null;
  completed_pct: number | null;
  probability_pct: number | null;
  current_value: number | null;
}

export interface Task {
  no: string;
  type: string;
  description: string;
  salesperson_code: string;
  team_code: string;
  contact_no: string;
  campaign_no: string;
  segment_no: string;
  opportunity_no: string;
  status: string;
  priority: string;
  date: string | null;
  ending_date: string | null;
  closed: boolean;
  date_closed: string | null;
  canceled: boolean;
  version: number;
}

export interface Note {
  id: number;
  date: string;
  text: string;
  by: string;
}
