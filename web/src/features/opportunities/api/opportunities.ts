/** What the pages of opportunities and tasks read and do. */
import { api, reading, type Schemas } from "~/lib/api/client";
import type { Opportunity, Value } from "~/components/crm/fields";

export const SHOWS = ["/api/opportunit", "/api/tasks", "/api/contacts/{no}/statistics", "/api/campaigns/{no}/statistics", "/api/interactions"];
/** Most that are read at once; beyond it a list says so. */
export const MOST = 2000;

export interface Narrowed {
  salesperson_code?: string;
  campaign_no?: string;
  contact_no?: string;
  status?: Opportunity["status"];
}
export const opportunities = (narrowed: Narrowed) => reading("/api/opportunities", { query: { ...narrowed, limit: MOST } });
export const opportunity = (no: string) => reading("/api/opportunities/{no}", { path: { no } });
export const entries = (no: string) => reading("/api/opportunities/{no}/entries", { path: { no }, query: { limit: 1000 } });
export const statistics = (by: string, since: string, until: string) => reading("/api/opportunity-statistics", { query: { by, since: since || undefined, until: until || undefined, limit: 1000 } });
export const cycles = reading("/api/sales-cycles", { query: { limit: 1000 } });
export const stages = (cycle: string) => reading("/api/sales-cycles/{cycle}/stages", { path: { cycle } });

type Fields = Record<string, Value>;
export const create = (contact: string, fields: Fields) => api.post("/api/opportunities", { body: { contact, ...fields } as Schemas["OpportunitiesCreate"] });
export const change = (no: string, version: number, fields: Fields) =>
  api.patch("/api/opportunities/{no}", { path: { no }, body: { expected_version: version, ...fields } as Schemas["OpportunitiesChange"] });
export const remove = (no: string) => api.delete("/api/opportunities/{no}", { path: { no } });
export const move = (no: string, action: string, fields: Fields) => api.post("/api/opportunities/{no}/move", { path: { no }, body: { action, ...fields } as Schemas["OpportunitiesMove"] });
export const close = (no: string, won: boolean, fields: Fields) => api.post("/api/opportunities/{no}/close", { path: { no }, body: { won, ...fields } as Schemas["OpportunitiesClose"] });

// --- tasks ---
export interface NarrowedTasks {
  open_only: boolean;
  salesperson_code?: string;
  contact_no?: string;
}
export const tasks = (narrowed: NarrowedTasks) => reading("/api/tasks", { query: { ...narrowed, limit: MOST } });
export const createTask = (fields: Fields) => api.post("/api/tasks", { body: fields as Schemas["OpportunitiesCreateTask"] });
export const changeTask = (no: string, version: number, fields: Fields) =>
  api.patch("/api/tasks/{no}", { path: { no }, body: { expected_version: version, ...fields } as Schemas["OpportunitiesChangeTask"] });
export const completeTask = (no: string, canceled: boolean) => api.post("/api/tasks/{no}/complete", { path: { no }, body: { canceled } });
