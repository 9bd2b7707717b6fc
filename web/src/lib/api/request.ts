/** One request: JSON in, JSON out, and one shape of error. Pages use the typed client beside this file. */
import { inWords } from "~/lib/problems";

/** What the server says when something is wrong (docs/reference/errors.md). */
export interface Problem {
  code: string;
  message: string;
  where?: string | null;
  hint?: string | null;
  span?: [number, number] | null;
  problems?: Problem[] | null;
  question?: string | null;
  default?: boolean | null;
  /** What the server said, where `message` says it in the language of the user. */
  original?: string;
}

export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
  }
}

export interface Asked {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  /** Version that is meant to be changed; the server refuses when there is a newer one. */
  etag?: string;
  signal?: AbortSignal;
}

/** The whole address: parts in braces filled in, the query appended, `null` and `undefined` left out. */
export function address(path: string, asked: Asked = {}): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(asked.path?.[name])));
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    if (value == null || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) said.append(name, String(each));
  }
  const text = said.toString();
  return `${filled}${text ? `?${text}` : ""}`;
}

/** The token that the server gave for writing; it stands in a cookie that this page may read. */
const csrf = (): string => /(?:^|; )parcours-csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";

export interface Answered<T> {
  data: T;
  /** The version of what was read. */
  etag: string | null;
}

/**
 * Ask.
 *
 * @throws Failure the server refused, or cannot be reached (status 0, code `offline`).
 */
async function answerOf(method: string, path: string, asked: Asked, accept: string): Promise<Response> {
  const file = asked.body instanceof FormData;
  const headers: Record<string, string> = { Accept: accept };
  if (asked.body !== undefined && !file) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["Parcours-CSRF"] = csrf();
  if (asked.etag) headers["If-Match"] = asked.etag;
  const body = asked.body === undefined ? undefined : file ? (asked.body as FormData) : JSON.stringify(asked.body);
  let answer: Response;
  try {
    answer = await fetch(address(path, asked), { method, headers, credentials: "same-origin", body, signal: asked.signal });
  } catch (problem) {
    if (asked.signal?.aborted) throw problem;
    throw new Failure(0, { code: "offline", message: "The server cannot be reached." });
  }
  if (!answer.ok) throw new Failure(answer.status, await problemOf(answer));
  return answer;
}

/**
 * Ask, and read the answer.
 *
 * @throws Failure see `answerOf`.
 */
export async function ask<T>(method: string, path: string, asked: Asked = {}): Promise<Answered<T>> {
  const answer = await answerOf(method, path, asked, "application/json");
  const json = (answer.headers.get("content-type") ?? "").includes("json");
  const data = (answer.status === 204 ? null : json ? await answer.json() : await answer.text()) as T;
  return { data, etag: answer.headers.get("etag") };
}

/**
 * Ask for a file. Gives its content, and its name where the server says one.
 *
 * @throws Failure see `answerOf`.
 */
export async function askFile(method: string, path: string, asked: Asked = {}): Promise<{ content: Blob; name: string | null }> {
  const answer = await answerOf(method, path, asked, "*/*");
  const said = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  return { content: await answer.blob(), name: said ? decodeURIComponent(said) : null };
}

async function problemOf(answer: Response): Promise<Problem> {
  const none = { code: `http-${answer.status}`, message: answer.statusText || `HTTP ${answer.status}` };
  return inWords(((await answer.json().catch(() => none)) as Problem | null) ?? none);
}
