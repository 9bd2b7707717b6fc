import { afterEach, expect, test, vi } from "vitest";
import { address, ask, Failure } from "./request";

afterEach(() => vi.unstubAllGlobals());

const answering = (status: number, body: string, headers: Record<string, string>) => {
  const asked = vi.fn((_url: string, _options: RequestInit) => Promise.resolve(new Response(status === 204 ? null : body, { status, headers })));
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("document", { cookie: "other=1; parcours-csrf=to-ken" });
  return asked;
};

test("parts of the path are escaped, empty parts of the query left out", () => {
  const query = { limit: 10, cursor: null, search: "", sort: undefined, state: ["draft", "published"] };
  expect(address("/api/profiles/{profile}/ids", { path: { profile: "a/b?c é" }, query })).toBe(
    "/api/profiles/a%2Fb%3Fc%20%C3%A9/ids?limit=10&state=draft&state=published",
  );
});

test("what changes something carries the token and the version", async () => {
  const fetched = answering(200, '{"ok": true}', { "content-type": "application/json", etag: '"8"' });
  expect(await ask("PUT", "/api/x", { body: { a: 1 }, etag: '"7"' })).toEqual({ data: { ok: true }, etag: '"8"' });
  const [, options] = fetched.mock.calls[0]!;
  expect(options.headers).toMatchObject({ "Parcours-CSRF": "to-ken", "If-Match": '"7"', "Content-Type": "application/json" });
});

test("a file goes as it is", async () => {
  const fetched = answering(204, "", {});
  await ask("POST", "/api/imports", { body: new FormData() });
  expect(fetched.mock.calls[0]![1].headers).not.toHaveProperty("Content-Type");
});

test("a refusal is a failure with what the server said", async () => {
  answering(409, '{"code": "outdated", "message": "somebody else was faster", "hint": "read it again"}', { "content-type": "application/json" });
  const failed = await ask("PUT", "/api/x", { body: {} }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Failure);
  expect(failed).toMatchObject({ status: 409, problem: { code: "outdated", hint: "read it again" } });
});

test("an answer that is no JSON is a failure as well", async () => {
  answering(502, "<html>", { "content-type": "text/html" });
  await expect(ask("GET", "/api/x")).rejects.toMatchObject({ status: 502, problem: { code: "http-502" } });
});

test("a server that cannot be reached is offline, a request given up is not", async () => {
  vi.stubGlobal("document", { cookie: "" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
  await expect(ask("GET", "/api/x")).rejects.toMatchObject({ status: 0, problem: { code: "offline" } });
  const given = new AbortController();
  given.abort();
  await expect(ask("GET", "/api/x", { signal: given.signal })).rejects.toBeInstanceOf(TypeError);
});
