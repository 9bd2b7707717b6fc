/** What the pages of worksheets ask the server. `answers: {}` makes it ask questions back, as it asks people at a form. */
import { useQuery } from "@tanstack/react-query";
import { type FilterShape, filled } from "~/components/crm/filters";
import { type Schemas, api, reading } from "~/lib/api/client";
import type { Action, Header, Kind, Line } from "../model/types";

export type Answers = Record<string, boolean>;
export const PAGE = 50;
type Options = Record<string, boolean>;
const at = (no: string) => ({ no });

export const useWorksheets = () => useQuery({ ...reading("/api/worksheets", { query: { limit: 10_000 } }), select: ({ items }) => items as unknown as Header[] });
export const useWorksheet = (no: string) => useQuery({ ...reading("/api/worksheets/{no}", { path: at(no) }), select: (header) => header as unknown as Header, retry: false });
export const useLines = (no: string, offset: number) =>
  useQuery({ ...reading("/api/worksheets/{no}/lines", { path: at(no), query: { limit: PAGE, offset } }), select: ({ items }) => items as unknown as Line[], placeholderData: (before) => before });
export const useActions = (no: string) => useQuery({ ...reading("/api/worksheets/{no}/criteria", { path: at(no) }), select: (rows) => rows as unknown as Action[] });
/** What was undone and can be done again, the next one first. */
export const useUndone = (no: string) => useQuery({ ...reading("/api/worksheets/{no}/criteria", { path: at(no), query: { undone: true } }), select: (rows) => rows as unknown as Action[] });
export const create = (fields: Record<string, unknown>): Promise<Header> => api.post("/api/worksheets", { body: fields as Schemas["WorksheetsCreate"] }) as unknown as Promise<Header>;
export const remove = (no: string) => api.delete("/api/worksheets/{no}", { path: at(no), body: {} });
export const setField = (no: string, field: string, value: unknown, expected_version: number, answers: Answers) =>
  api.put("/api/worksheets/{no}/fields/{field}", { path: { no, field }, body: { value, expected_version, answers, preview: false } });
export const setLine = (no: string, line: Line, field: string, value: unknown, answers: Answers) =>
  api.put("/api/worksheets/{no}/lines/{line_no}/fields/{field}", { path: { no, line_no: line.line_no, field }, body: { value, line_version: line.version, answers, preview: false } });
export const addLine = (no: string, contact: string, answers: Answers) => api.post("/api/worksheets/{no}/lines", { path: at(no), body: { contact, answers, ignore_exclusion: false } });
export const changeContact = (no: string, line_no: number, contact: string, answers: Answers) =>
  api.put("/api/worksheets/{no}/lines/{line_no}/contact", { path: { no, line_no }, body: { contact, answers, ignore_exclusion: false } });
export const deleteLine = (no: string, line_no: number, answers: Answers) => api.delete("/api/worksheets/{no}/lines/{line_no}", { path: { no, line_no }, body: { answers } });
export const ownAttachment = (no: string, line_no: number) => api.post("/api/worksheets/{no}/lines/{line_no}/attachment", { path: { no, line_no }, body: {} });

interface More {
  preview?: boolean;
  expected_version?: number;
  answers?: Answers;
}
const bodyOf = (shape: FilterShape, options: Options, more: More) => ({ filters: filled(shape) as Record<string, unknown>, preview: false, ...options, ...more });
const adding = (no: string, shape: FilterShape, options: Options, more: More) => ({
  path: at(no),
  body: { allow_existing: false, allow_related_companies: false, expand_companies: false, ignore_exclusion: false, ...bodyOf(shape, options, more) },
});
const thinning = (no: string, shape: FilterShape, options: Options, more: More) => ({ path: at(no), body: { entire_companies: false, ...bodyOf(shape, options, more) } });

/** Run an action: its outcome says how many lines came or went. */
export function run(kind: Kind, no: string, shape: FilterShape, options: Options, expected_version: number, answers: Answers): Promise<Outcome> {
  return running(kind, no, shape, options, { expected_version, answers });
}

function running(kind: Kind, no: string, shape: FilterShape, options: Options, more: More): Promise<Outcome> {
  const done = (): Promise<unknown> => {
    if (kind === "add") return api.post("/api/worksheets/{no}/add", adding(no, shape, options, more));
    return kind === "reduce" ? api.post("/api/worksheets/{no}/reduce", thinning(no, shape, options, more)) : api.post("/api/worksheets/{no}/refine", thinning(no, shape, options, more));
  };
  return done() as Promise<Outcome>;
}

/** What an action would do; nothing is changed. */
export const previewing = (kind: Kind, no: string, shape: FilterShape, options: Options) => ({
  queryKey: ["/api/worksheets/preview", kind, no, filled(shape), options] as const,
  queryFn: () => running(kind, no, shape, options, { preview: true }),
  retry: false as const,
});

export interface Outcome {
  count: number;
  contacts: string[];
  action: number;
  reset: boolean;
  version: number;
}
export interface Step {
  inserted: number;
  deleted: number;
  version: number;
  actions: readonly unknown[];
}

export const back = (no: string, steps: number, expected_version: number, answers: Answers): Promise<Step | null> =>
  api.post("/api/worksheets/{no}/back", { path: at(no), body: { steps, expected_version, answers: { undo_last_action: true, ...answers } } });
export const redo = (no: string, steps: number, expected_version: number, answers: Answers): Promise<Step | null> =>
  api.post("/api/worksheets/{no}/redo", { path: at(no), body: { steps, expected_version, answers } });

export interface Refreshed {
  came: string[];
  went: readonly Record<string, unknown>[];
}
export const refreshing = (no: string, version: number) => ({
  queryKey: ["/api/worksheets/preview", "refresh", no, version] as const,
  queryFn: () => api.post("/api/worksheets/{no}/refresh", { path: at(no), body: { preview: true } }) as unknown as Promise<Refreshed>,
});
export const refresh = (no: string, expected_version: number, answers: Answers): Promise<Refreshed> =>
  api.post("/api/worksheets/{no}/refresh", { path: at(no), body: { expected_version, answers, preview: false } }) as unknown as Promise<Refreshed>;

export const saveCriteria = (no: string, code: string, description: string) => api.post("/api/worksheets/{no}/criteria/save", { path: at(no), body: { code, description } });
export const deleteSaved = (code: string) => api.delete("/api/saved-criteria/{code}", { path: { code } });
export const describeSaved = (code: string, description: string) => api.patch("/api/saved-criteria/{code}", { path: { code }, body: { description } });
export const reuseCriteria = (no: string, code: string, preview: boolean, answers?: Answers) =>
  api.post("/api/worksheets/{no}/criteria/reuse", { path: at(no), body: { code, preview, answers } }) as unknown as Promise<Outcome[] | null>;
export const reuseLogged = (no: string, entry_no: number, preview: boolean, answers?: Answers) =>
  api.post("/api/worksheets/{no}/reuse-logged", { path: at(no), body: { entry_no, preview, answers } }) as unknown as Promise<Outcome | null>;

export interface Logged {
  entry_no: number;
  interactions: number;
  deliveries: number;
  follow_up_no: string;
}
export const log = (no: string, choices: { deliver: boolean; follow_up: boolean }, more: { preview?: boolean; expected_version?: number; answers?: Answers }): Promise<Logged> =>
  api.post("/api/worksheets/{no}/log", { path: at(no), body: { preview: false, ...choices, ...more } });

export const applyGroup = (no: string, group: string, delete_old: boolean, preview: boolean) => api.post("/api/worksheets/{no}/mailing-group", { path: at(no), body: { group, delete_old, preview } });
export const createOpportunities = (no: string, preview: boolean): Promise<string[]> =>
  api.post("/api/worksheets/{no}/opportunities", { path: at(no), body: { preview, answers: { create_for_all_contacts: true } } });
export const call = (no: string, line_no: number, body: { phone_no: string; description?: string; successful: boolean; evaluation: string; duration?: number; time?: string }) =>
  api.post("/api/worksheets/{no}/lines/{line_no}/call", { path: { no, line_no }, body });

/** The place of a line in the order of lines: lines are numbered upwards, so few looks are enough. */
export async function placeOf(no: string, line_no: number, lines: number): Promise<number> {
  let low = 0;
  let high = lines - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { items } = await api.get("/api/worksheets/{no}/lines", { path: at(no), query: { limit: 1, offset: middle } });
    if (Number(items[0]?.line_no ?? Infinity) < line_no) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low);
}

/** Every contact of a worksheet with its address, page by page. */
export async function exported(no: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.get("/api/worksheets/{no}/export", { path: at(no), query: { limit: 10_000, cursor } });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return rows;
}
