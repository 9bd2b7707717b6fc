/** What the pages of interactions read and do. */
import { api, reading, type Schemas } from "~/lib/api/client";
import { base64 } from "~/lib/files";
import type { Value } from "~/components/crm/fields";

/** Whatever counts interactions, or shows them. */
export const SHOWS = ["/api/interactions", "/api/interaction-statistics", "/api/logged-segments", "/api/campaign", "/api/contacts/{no}/statistics", "/api/contact-statistics", "/api/opportunities"];
export const SHOWS_TEMPLATES = ["/api/interaction-templates", "/api/interaction-statistics"];

type Query = NonNullable<Parameters<typeof reading<"/api/interactions">>[1]>["query"];
export const entries = (query: Query) => reading("/api/interactions", { query });
export const logged = (limit: number, offset: number) => reading("/api/logged-segments", { query: { limit, offset } });
export const templates = reading("/api/interaction-templates", { query: { limit: 1000 } });
export const template = (code: string) => reading("/api/interaction-templates/{code}", { path: { code } });
export const figures = reading("/api/interaction-statistics", { query: { by: "template", limit: 1000 } });
export const attachment = (no: string) => reading("/api/attachments/{no}", { path: { no } });

type Fields = Record<string, Value>;
export const record = (contact: string, code: string, postponed: boolean, fields: Fields) =>
  api.post("/api/interactions", { body: { contact, template: code, postponed, deliver: false, ...fields } as Schemas["InteractionsRecord"] });
export const resume = (entry: number, fields: Fields) => api.post("/api/interactions/{entry}/resume", { path: { entry }, body: fields as Schemas["InteractionsResume"] });
export const discard = (entry: number) => api.post("/api/interactions/{entry}/discard", { path: { entry } });
export const evaluate = (list: number[], evaluation: string) => api.post("/api/interactions/evaluate", { body: { entries: list, evaluation } });
export const toggle = (list: number[]) => api.post("/api/interactions/cancel", { body: { entries: list } as Schemas["InteractionsToggle"] });
export const cleanUp = (preview: boolean) => api.post("/api/interactions/clean-up", { body: { preview } });
export const makeOpportunity = (entry: number) => api.post("/api/interactions/{entry}/opportunity", { path: { entry }, body: {} as Schemas["OpportunitiesCreateFromInteraction"] });
export const attach = async (file: File): Promise<string> =>
  String((await api.post("/api/attachments", { body: { name: file.name, content: await base64(file) } as Schemas["InteractionsAttach"] })).no);

export const toggleLogged = (list: number[]) => api.post("/api/logged-segments/cancel", { body: { entries: list } as Schemas["InteractionsToggleLogged"] });
export const resend = (logged_segment: number, way: string) =>
  api.post("/api/interactions/resend", { body: { logged_segments: [logged_segment], way, update_merge_fields: false } as Schemas["InteractionsResend"] });
export const cleanUpLogged = (preview: boolean) => api.post("/api/logged-segments/clean-up", { body: { preview } });

export const createTemplate = (code: string, fields: Fields) => api.post("/api/interaction-templates", { body: { code, ...fields } as Schemas["InteractionsCreateTemplate"] });
export const changeTemplate = (code: string, version: number, fields: Fields) =>
  api.patch("/api/interaction-templates/{code}", { path: { code }, body: { expected_version: version, ...fields } as Schemas["InteractionsChangeTemplate"] });
export const deleteTemplate = (code: string) => api.delete("/api/interaction-templates/{code}", { path: { code } });
export const putLanguage = (code: string, language: string, fields: Fields) =>
  api.put("/api/interaction-templates/{code}/languages/{language}", { path: { code, language }, body: fields as Schemas["InteractionsPutTemplateLanguage"] });
export const removeLanguage = (code: string, language: string) => api.delete("/api/interaction-templates/{code}/languages/{language}", { path: { code, language } });
