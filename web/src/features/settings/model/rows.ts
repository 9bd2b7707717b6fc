/** Rows of accounts, keys, sessions and web hooks, which the API gives as plain data; instants are ISO texts. */

export interface Account {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabled: boolean;
  must_change: boolean;
  crm_user: string;
  salesperson_code: string;
  issuer: string;
  created_at: string;
  changed_at: string | null;
  signed_in_at: string | null;
}
export interface Session {
  id: string;
  email: string;
  name: string;
  created_at: string;
  used_at: string;
  expires_at: string;
  agent: string;
  address: string;
}
export interface Key {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  disabled: boolean;
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
}
export interface Hook {
  hook: string;
  url: string;
  description: string;
  segments: string[] | null;
  on: "enter" | "exit" | "both";
  enabled: boolean;
  state: "ok" | "failing" | "disabled";
  note: string;
  behind: number;
  attempts: number;
  failing_since: string | null;
  next_at: string | null;
  /** Of one hook only. */
  attributes?: string[];
  batch?: number;
}
export interface Attempt {
  message: string;
  kind: "change" | "ping" | "again";
  items: number;
  attempt: number;
  at: string;
  result: "delivered" | "failed";
  status: number | null;
  answer: string | null;
  milliseconds: number | null;
}
export interface Status {
  folder: string;
  last_tick: string | null;
  profiles: number;
  events: Record<string, number>;
  segments: number;
  journeys: number;
  rows_waiting: number;
  messages_pending: number;
  channels: string[];
  dead_letters: number;
}

export const ROLES = ["viewer", "marketer", "developer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const rowsOf = <Row>(page: { items: unknown[] } | undefined): Row[] | undefined => page?.items as Row[] | undefined;
