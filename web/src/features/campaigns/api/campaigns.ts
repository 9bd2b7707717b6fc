/** What the pages of campaigns read and do. */
import { api, reading, type Schemas } from "~/lib/api/client";
import type { Value } from "~/components/crm/fields";

export const SHOWS = ["/api/campaign"];
/** Canceling an entry takes its interactions along. */
export const SHOWS_ENTRIES = [...SHOWS, "/api/interactions", "/api/interaction-statistics", "/api/contacts/{no}/statistics"];
/** Most there are; beyond it a list says so. */
export const MOST = 2000;

export const campaigns = reading("/api/campaigns", { query: { limit: MOST } });
export const campaign = (no: string) => reading("/api/campaigns/{no}", { path: { no } });
export const figures = (no: string, since: string, until: string) => reading("/api/campaigns/{no}/statistics", { path: { no }, query: { since: since || undefined, until: until || undefined } });
export const targets = (no: string, limit: number, offset: number) => reading("/api/campaigns/{no}/targets", { path: { no }, query: { limit, offset } });
export const prices = (no: string) => reading("/api/campaigns/{no}/prices", { path: { no }, query: { limit: 1000 } });
export const discounts = (no: string) => reading("/api/campaigns/{no}/discounts", { path: { no }, query: { limit: 1000 } });
export const entries = (no: string) => reading("/api/campaign-entries", { query: { no, limit: 1000 } });

type Fields = Record<string, Value>;
export const create = (fields: Fields) => api.post("/api/campaigns", { body: fields as Schemas["CampaignsCreate"] });
export const change = (no: string, version: number, fields: Fields) =>
  api.patch("/api/campaigns/{no}", { path: { no }, body: { expected_version: version, ...fields } as Schemas["CampaignsChange"] });
export const remove = (no: string) => api.delete("/api/campaigns/{no}", { path: { no } });
export const activate = (no: string) => api.post("/api/campaigns/{no}/activate", { path: { no }, body: {} as Schemas["CampaignsActivate"] });
export const deactivate = (no: string) => api.post("/api/campaigns/{no}/deactivate", { path: { no } });

export const putPrice = (no: string, fields: Fields) => api.post("/api/campaigns/{no}/prices", { path: { no }, body: fields as Schemas["CampaignsPutPrice"] });
export const putDiscount = (no: string, fields: Fields) => api.post("/api/campaigns/{no}/discounts", { path: { no }, body: fields as Schemas["CampaignsPutDiscount"] });
export const removePrice = (id: number) => api.delete("/api/campaign-prices/{id}", { path: { id } });
export const removeDiscount = (id: number) => api.delete("/api/campaign-discounts/{id}", { path: { id } });

export const describeEntry = (entry: number, description: string) => api.patch("/api/campaign-entries/{entry}", { path: { entry }, body: { description } });
export const toggleEntry = (entry: number) => api.post("/api/campaign-entries/{entry}/cancel", { path: { entry }, body: {} as Schemas["CampaignsToggleEntry"] });
