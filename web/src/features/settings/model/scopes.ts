/** What a key may do, area by area: nothing, read, or read and write. */
import type { Role } from "./rows";

export const AREAS = ["segments", "journeys", "contacts", "profiles", "data", "deliveries", "settings", "access"] as const;
export type Area = (typeof AREAS)[number];
export const LEVELS = ["none", "read", "write"] as const;
export type Level = (typeof LEVELS)[number];
export type Levels = Record<Area, Level>;

const each = (level: (area: Area) => Level): Levels => Object.fromEntries(AREAS.map((area) => [area, level(area)])) as Levels;

export const NOTHING: Levels = each(() => "none");

/** The scopes that are asked for; writing includes reading. */
export const scopesOf = (levels: Levels): string[] => AREAS.filter((area) => levels[area] !== "none").map((area) => `${area}:${levels[area]}`);

export const levelsOf = (scopes: readonly string[]): Levels =>
  each((area) => (scopes.includes(`${area}:write`) ? "write" : scopes.includes(`${area}:read`) ? "read" : "none"));

const VIEWER: readonly Area[] = AREAS.filter((area) => area !== "settings" && area !== "access");
const WRITES: Record<Role, readonly Area[]> = {
  viewer: [],
  marketer: ["segments", "journeys", "contacts", "deliveries"],
  developer: ["segments", "journeys", "contacts", "deliveries", "profiles", "data", "settings"],
  admin: AREAS,
};

/** What a role may do; each is wider than the one before. */
export const levelsOfRole = (role: Role): Levels =>
  each((area) => (WRITES[role].includes(area) ? "write" : VIEWER.includes(area) ? "read" : "none"));
