import { expect, test } from "vitest";
import { LANGUAGES, snippet } from "./snippets";

test.each(LANGUAGES)("%s names the key and the server, and tells of a person and of an event", (language) => {
  const text = snippet(language, "https://events.example:8443", "KEY1");
  expect(text).toContain("KEY1");
  expect(text).toContain("https://events.example:8443");
  expect(text).toMatch(/identify/);
  expect(text).toMatch(/track/);
});

test("in a browser the host stands without its protocol", () =>
  expect(snippet("browser", "http://127.0.0.1:8700", "K")).toContain('apiHost: "127.0.0.1:8700/v1"'));
