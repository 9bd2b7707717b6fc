import { describe, expect, it } from "vitest";
import { filtersOf, narrowed, shared, START } from "./query";

describe("the filters of a view", () => {
  it("are none to begin with", () => {
    expect(filtersOf(START)).toEqual({});
    expect(narrowed(START)).toBe(0);
  });
  it("look for the text in what people recognise a contact by, with its signs harmless", () => {
    const { any_of } = filtersOf({ ...START, search: " A&B " }) as { any_of: { contact: Record<string, string> }[] };
    expect(any_of).toContainEqual({ contact: { name: "@*A?B*" } });
    expect(any_of.map(({ contact }) => Object.keys(contact)[0])).toContain("email");
  });
  it("join the choices above the list with those that were built", () => {
    const filters = JSON.stringify({ contact: { city: "Lyon" }, interaction: { date: "-1M.." } });
    expect(filtersOf({ ...START, type: "person", salesperson: "O'NEIL", filters })).toEqual({
      contact: { city: "Lyon", type: "person", salesperson_code: "'O''NEIL'" },
      interaction: { date: "-1M.." },
    });
  });
  it("take everybody where an address was cut short", () => {
    expect(shared('{"contact": ')).toEqual({});
    expect(shared("[1]")).toEqual({});
  });
});
