/** Requests of the page of data. */
import { api, asking, reading } from "~/lib/api/client";
import { columnsIn, keep } from "../model/columns";

export const vocabulary = reading("/api/schema");
export const sources = reading("/api/sources", { query: { limit: 1000 } });
export const connections = { ...reading("/api/source-connections", { query: { limit: 1000 } }), refetchInterval: 5_000 };
export const plans = reading("/api/plans", { query: { limit: 1000 } });
export const plan = (event: string) => reading("/api/plans/{event}", { path: { event } });
export const violations = reading("/api/plan-violations", { query: { limit: 200 } });
export const letterCounts = reading("/api/letter-counts", { query: { limit: 1000 } });
export const imports = reading("/api/imports", { query: { limit: 50 } });
export const latest = (event: string) => asking("/api/events/{event}/find", { path: { event }, body: { limit: 10, sort: "-arrived" } });
export const rejected = (id: string) => reading("/api/imports/{id}/rejected", { path: { id }, query: { limit: 100 } });

type Status = "unsettled" | "open" | "mended" | "replayed" | "dismissed";
export const LETTERS = 50;
export interface LetterView {
  source: string;
  code: string;
  event: string;
  status: string;
  after: string;
}
export const letters = (view: LetterView) =>
  reading("/api/letters", { query: { source: view.source || null, code: view.code || null, event: view.event || null, status: view.status === "all" ? null : (view.status as Status), before: view.after ? Number(view.after) : null, limit: LETTERS } });

/** One letter whole. */
export interface Letter {
  letter: number;
  source: string | null;
  row: number | null;
  column: string | null;
  event: string | null;
  code: string;
  reason: string;
  hint: string | null;
  status: string;
  received: string | null;
  payload: unknown;
}
export const letter = (number: number) => ({ ...reading("/api/letters/{letter}", { path: { letter: number } }), select: (found: unknown) => found as Letter });

/** What an upload would give. */
export interface Preview {
  columns: { column: string; type: string }[];
  rows_in_file: number;
  accepted: Record<string, number>;
  rejected: number;
  types: Record<string, Record<string, string>>;
  rows: Record<string, Record<string, unknown>[]>;
  problems: { code?: string; reason?: string; message?: string; column?: string | null; rows?: number; count?: number }[];
}

/** Keep a file, without taking anything in. */
export async function upload(file: File): Promise<string> {
  const form = new FormData();
  form.append("file", file);
  form.append("start", "false");
  const columns = columnsIn(await file.slice(0, 64 * 1024).text());
  const id = ((await api.post("/api/imports", { body: form as never })) as { import: string }).import;
  keep(id, columns);
  return id;
}
