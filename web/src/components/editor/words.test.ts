import { expect, test } from "vitest";
import { type Item, meant, underlined, unit } from "./words";

const item = (name: string, kind: string): Item => ({ name, kind, signatures: [], help: "", insert: name, examples: [] });

test("a name behind a dot is a method, elsewhere a function or keyword", () => {
  const all = [item("count", "method"), item("COUNT", "keyword")];
  expect(meant(all, "count", true).map(({ kind }) => kind)).toEqual(["method"]);
  expect(meant(all, "count", false).map(({ kind }) => kind)).toEqual(["keyword"]);
  expect(meant(all, "nothing", false)).toEqual([]);
});

test("places count characters, the editor counts units", () => {
  expect(unit("a😀b", 2)).toBe(3);
  expect(unit("ab", 9)).toBe(2);
});

test("a problem at the end of the text underlines its last character", () => {
  expect(underlined("abc", { message: "", span: [3, 3] })).toEqual({ from: 2, to: 3 });
  expect(underlined("abc", { message: "", span: [1, 1] })).toEqual({ from: 1, to: 2 });
  expect(underlined("abc", { message: "", span: [0, 99] })).toEqual({ from: 0, to: 3 });
  expect(underlined("abc", { message: "" })).toBeNull();
});
