import { describe, expect, it } from "vitest";
import { cell, columnsOf, csv, ndjson } from "./rows";

describe("a file of members", () => {
  it("quotes what would break a row", () => {
    expect(cell('a "b", c')).toBe('"a ""b"", c"');
    expect(cell("two\nlines")).toBe('"two\nlines"');
    expect(cell(" x")).toBe('" x"');
    expect(cell(null)).toBe("");
    expect(cell(["a"])).toBe('"[""a""]"');
  });
  it("lets no text be run as a formula, and leaves numbers alone", () => {
    expect(cell("=1+1")).toBe("'=1+1");
    expect(cell(-3)).toBe("-3");
  });
  it("has all columns, the first rows' first", () => {
    expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }], ["id"])).toEqual(["id", "a", "b"]);
  });
  it("has a head once", () => {
    expect(csv([{ a: 1 }], ["a", "b"], true) + csv([{ a: 2, b: 3 }], ["a", "b"], false)).toBe("a,b\r\n1,\r\n2,3\r\n");
    expect(ndjson([{ a: 1 }, { a: null }])).toBe('{"a":1}\n{"a":null}\n');
  });
});
