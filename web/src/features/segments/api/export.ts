/** Reads all members of a segment page by page, for a file; can be cancelled between two pages. */
import { api } from "~/lib/api/client";
import { columnsOf, csv, type Format, ndjson, type Row } from "../model/rows";

const SIZE = 5_000;

export interface Progress {
  done: number;
  total: number | null;
}

/** Pages of members with their attributes, or with the time since when they are members. */
async function* pages(segment: string, attributes: boolean, signal: AbortSignal): AsyncGenerator<{ items: Row[]; total: number | null }> {
  let cursor: string | null = null;
  do {
    const page: { items: Row[]; next: string | null; total: number | null } = attributes
      ? await api.post("/api/profiles/find", { body: { segment, cursor, limit: SIZE, sort: "appeared", total: cursor === null }, signal })
      : await api.get("/api/segments/{segment}/members", { path: { segment }, query: { cursor, limit: SIZE }, signal });
    yield page;
    cursor = page.next;
  } while (cursor);
}

/**
 * The file of a segment's members.
 *
 * @throws Failure the server refused; DOMException `AbortError`: it was cancelled.
 */
export async function fileOf(segment: string, format: Format, attributes: boolean, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Blob> {
  const parts: string[] = [];
  let columns: string[] = [];
  let [done, total]: [number, number | null] = [0, null];
  for await (const page of pages(segment, attributes, signal)) {
    // A spreadsheet has one head: columns of later pages cannot be added, and every row of a table has all of them.
    if (done === 0) columns = columnsOf(page.items, attributes ? ["profile_id"] : ["profile_id", "since"]);
    parts.push(format === "csv" ? csv(page.items, columns, done === 0) : ndjson(page.items));
    done += page.items.length;
    total = page.total ?? total;
    onProgress({ done, total });
  }
  return new Blob(format === "csv" ? ["\uFEFF", ...parts] : parts, { type: format === "csv" ? "text/csv" : "application/x-ndjson" });
}
