/** What the pages of contacts read and do. */
import { api, asking, reading, type Schemas } from "~/lib/api/client";
import type { Value } from "~/components/crm/fields";

/** Whatever shows contacts, or counts what hangs on them. */
export const SHOWS_CONTACTS = ["/api/contacts", "/api/contact-statistics", "/api/duplicates", "/api/notes", "/api/interactions", "/api/opportunities", "/api/tasks", "/api/codes"];

export const contactPage = (filters: Record<string, unknown>, sort: string, limit: number, offset: number) =>
  asking("/api/contacts/find", { body: { limit, offset, filters, ...(sort && sort !== "no" ? { sort } : {}) } });
export const card = (no: string) => reading("/api/contacts/{no}", { path: { no } });
export const figures = (no: string) => reading("/api/contacts/{no}/statistics", { path: { no } });
export const personsOf = (company: string, limit: number) =>
  asking("/api/contacts/find", { body: { limit, filters: { contact: { company_no: `'${company}'`, type: "person" } } } });

type Fields = Record<string, Value>;
export const create = (type: string, fields: Fields) => api.post("/api/contacts", { body: { type, ...fields } as Schemas["ContactsCreate"] });
export const change = (no: string, version: number, fields: Fields) =>
  api.patch("/api/contacts/{no}", { path: { no }, body: { expected_version: version, ...fields } as Schemas["ContactsChange"] });
export const remove = (no: string, preview: boolean) => api.delete("/api/contacts/{no}", { path: { no }, body: { preview } });

// --- what a contact is classified by ---
export const codesOf = (no: string, kind: string) => reading("/api/contacts/{no}/codes/{kind}", { path: { no, kind } });
export const assign = (no: string, kind: string, code: string) => api.put("/api/contacts/{no}/codes/{kind}/{code}", { path: { no, kind, code }, body: { search_word: "" } });
export const unassign = (no: string, kind: string, code: string) => api.delete("/api/contacts/{no}/codes/{kind}/{code}", { path: { no, kind, code } });
export const relations = (no: string) => reading("/api/contacts/{no}/relations", { path: { no } });
export const relate = (no: string, fields: Fields) => api.post("/api/contacts/{no}/relations", { path: { no }, body: fields as Schemas["ContactsRelate"] });
export const unrelate = (no: string, code: string, link_to: string) => api.delete("/api/contacts/{no}/relations/{code}", { path: { no, code }, body: { link_to } });
export const searches = (no: string) => reading("/api/contacts/{no}/searches", { path: { no } });
export const becomeCustomer = (no: string, customer: string) => api.post("/api/contacts/{no}/customer", { path: { no }, body: { customer, name: "" } });
export const becomeVendor = (no: string, vendor: string) => api.post("/api/contacts/{no}/vendor", { path: { no }, body: { vendor, name: "" } });

// --- other addresses ---
export const addresses = (no: string) => reading("/api/contacts/{no}/addresses", { path: { no } });
export const putAddress = (no: string, code: string, fields: Fields) =>
  api.put("/api/contacts/{no}/addresses/{code}", { path: { no, code }, body: fields as Schemas["ContactsPutAddress"] });
export const removeAddress = (no: string, code: string) => api.delete("/api/contacts/{no}/addresses/{code}", { path: { no, code } });
export const putDates = (no: string, code: string, starts: string | null, ends: string | null) =>
  api.post("/api/contacts/{no}/addresses/{code}/dates", { path: { no, code }, body: { starts, ends } });
export const removeDates = (no: string, starts: string | null) => api.delete("/api/contacts/{no}/address-dates", { path: { no }, body: { starts } });

// --- questionnaires ---
export const offered = (contact: string) => reading("/api/contacts/{contact}/questionnaires", { path: { contact } });
export const sheet = (contact: string, code: string) => reading("/api/contacts/{contact}/questionnaires/{code}", { path: { contact, code } });
export const answer = (contact: string, code: string, line_no: number) =>
  api.put("/api/contacts/{contact}/answers/{code}/{line_no}", { path: { contact, code, line_no } });
export const takeAnswer = (contact: string, code: string, line_no: number) =>
  api.delete("/api/contacts/{contact}/answers/{code}/{line_no}", { path: { contact, code, line_no } });

// --- what hangs on a contact ---
export const interactionsOf = (contact: string, postponed: boolean, limit: number, offset: number) =>
  reading("/api/interactions", { query: { contact, postponed, limit, offset } });
export const opportunitiesOf = (contact_no: string) => reading("/api/opportunities", { query: { contact_no } });
export const tasksOf = (contact_no: string, open_only: boolean) => reading("/api/tasks", { query: { contact_no, open_only } });
export const linesOf = (contact: string) => reading("/api/contacts/{contact}/worksheet-lines", { path: { contact } });
export const trailOf = (key: string) => reading("/api/crm/trail", { query: { kind: "contact", key, limit: 100 } });
export const changesIn = (revision: number) => reading("/api/crm/trail/{revision}", { path: { revision } });
export const profile = (id: string) => reading("/api/profiles/{profile}", { path: { profile: id } });

// --- duplicates ---
export const pairs = (contacts: string[] | null, decided: boolean, limit: number, offset: number) =>
  asking("/api/duplicates/find", { query: { limit, offset }, body: { contacts, decided } });
export const merge = (into: string, gone: string, preview: boolean) =>
  api.post("/api/duplicates/{gone}/merge-into/{into}", { path: { into, gone }, body: { preview } });
export const keepApart = (no: string, other: string) => api.post("/api/duplicates/{no}/{other}/keep-apart", { path: { no, other } });
export const reconsider = (no: string, other: string) => api.post("/api/duplicates/{no}/{other}/reconsider", { path: { no, other } });

// --- files ---
export const fileFields = reading("/api/contact-files/fields");
export const columnsOf = (content: string) => api.post("/api/contact-files/csv/columns", { body: { content, delimiter: "" } });
export type ImportOptions = Pick<Schemas["ContactsExchangeImportCsv"], "match" | "update" | "make_companies" | "make_codes" | "preview">;
export const importCsv = (content: string, mapping: Record<string, string>, options: ImportOptions) =>
  api.post("/api/contact-files/csv", { body: { content, mapping, delimiter: "", ...options } });
export const importCards = (content: string, options: ImportOptions) =>
  api.post("/api/contact-files/vcards", { body: { content, categories: true, ...options } });
