/** Which column of a file is what: from what is chosen beside each column to what the server asks for. */
export type What = "profiles" | "events";
/** `property`: kept under its name or another; the others are what a row is about. */
export type Role = "profile" | "time" | "id" | "event" | "property" | "skip";

export interface Choice {
  column: string;
  role: Role;
  /** The name of the property, where it is another than that of the column. */
  name: string;
}

const GUESSES: [Role, RegExp][] = [
  ["profile", /^((profile|user|customer|person|household|member|client|contact)[_-]?(id|no|number|key)|profile|user|customer)$/i],
  ["time", /^(time|date|datetime|timestamp|when|at|.*_(at|time|timestamp|date)|ordered|created)$/i],
  ["event", /^(event|event_?(name|type))$/i],
];

export const rolesOf = (what: What): Role[] => (what === "profiles" ? ["property", "profile", "skip"] : ["property", "profile", "time", "event", "id", "skip"]);

/** A first idea of what columns are, by their names; each role is given once. */
export function guessed(columns: readonly string[], what: What): Choice[] {
  const taken = new Set<Role>();
  const open = (role: Role) => !taken.has(role) && rolesOf(what).includes(role);
  return columns.map((column) => {
    const role = GUESSES.find(([each, pattern]) => open(each) && pattern.test(column))?.[0] ?? "property";
    if (role !== "property") taken.add(role);
    return { column, role, name: "" };
  });
}

/** The mapping as the server takes it. */
export function mappingOf(choices: readonly Choice[], event: string): Record<string, unknown> {
  const of = (role: Role) => choices.find((each) => each.role === role)?.column;
  const renamed = choices.filter(({ role, name, column }) => role === "property" && name && name !== column);
  const skipped = choices.filter(({ role }) => role === "skip").map(({ column }) => column);
  const said: Record<string, unknown> = { profile: of("profile"), time: of("time"), id: of("id") };
  const column = of("event");
  if (column) said.event_column = column;
  else if (event) said.event = event;
  if (renamed.length) said.rename = Object.fromEntries(renamed.map((each) => [each.column, each.name]));
  if (skipped.length) said.skip = skipped;
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** What has still to be said before the file can be read. */
export function missing(choices: readonly Choice[], what: What, event: string): ("profile" | "time" | "event")[] {
  const has = (role: Role) => choices.some((each) => each.role === role);
  if (what === "profiles") return has("profile") ? [] : ["profile"];
  return [...(has("profile") ? [] : (["profile"] as const)), ...(has("time") ? [] : (["time"] as const)), ...(has("event") || event ? [] : (["event"] as const))];
}

/** Only one column can be the person, the time, the id: who had the role before becomes a property. */
export const chosen = (choices: readonly Choice[], column: string, role: Role): Choice[] =>
  choices.map((each) => (each.column === column ? { ...each, role } : each.role === role && role !== "property" && role !== "skip" ? { ...each, role: "property" } : each));

const BEGUN = new Set(["waiting", "reading", "checking", "queueing"]);
export const isUnderWay = (state: string): boolean => BEGUN.has(state);
