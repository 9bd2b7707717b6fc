/** Papers of a worksheet as files, and files as attachments. */
import { type Schemas, api } from "~/lib/api/client";
import { base64, download, keep } from "~/lib/files";
import { csv } from "../model/csv";
import { exported } from "./worksheets";

const under = (no: string) => `/api/worksheets/${encodeURIComponent(no)}`;

export const labels = (no: string, sheet: string) => download(`${under(no)}/labels?sheet=${encodeURIComponent(sheet)}`, undefined, `${no}-labels.pdf`);
export const coverSheets = (no: string, record: boolean) => download(`${under(no)}/cover-sheets/print`, { record }, `${no}-cover-sheets.pdf`);

/** The contacts with their addresses as CSV. */
export async function addresses(no: string): Promise<void> {
  const content = new Blob(["\ufeff", csv(await exported(no))], { type: "text/csv;charset=utf-8" });
  keep(content, `${no}.csv`);
}

/** Keep a file as an attachment; texts and documents are filled in for each contact. Gives its number. */
export async function upload(file: File): Promise<string> {
  const merged = /\.(html?|txt|docx)$/i.test(file.name);
  const body = { name: file.name, content: await base64(file), ...(merged ? { merge_source: "liquid" } : {}) };
  return String((await api.post("/api/attachments", { body: body as Schemas["InteractionsAttach"] })).no);
}
