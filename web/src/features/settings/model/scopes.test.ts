import { expect, test } from "vitest";
import { levelsOf, levelsOfRole, NOTHING, scopesOf } from "./scopes";

test("writing includes reading, so it is asked for alone", () => {
  expect(scopesOf({ ...NOTHING, segments: "write", profiles: "read" })).toEqual(["segments:write", "profiles:read"]);
  expect(scopesOf(NOTHING)).toEqual([]);
});

test("scopes of a key are read back", () => {
  const levels = { ...NOTHING, data: "write", access: "read" } as const;
  expect(levelsOf(["data:read", "data:write", "access:read"])).toEqual(levels);
});

test("roles are as the server has them", () => {
  expect(scopesOf(levelsOfRole("viewer"))).toEqual(["segments:read", "journeys:read", "contacts:read", "profiles:read", "data:read", "deliveries:read"]);
  expect(levelsOfRole("marketer")).toMatchObject({ segments: "write", profiles: "read", settings: "none" });
  expect(levelsOfRole("developer")).toMatchObject({ settings: "write", access: "none" });
  expect(Object.values(levelsOfRole("admin")).every((level) => level === "write")).toBe(true);
});
