import { expect, it } from "vitest";
import { KINDS } from "~/components/graph/model";
import { errorAt, modeOf, modesOf, shown, switched, toldOf } from "./form";

const names = (kind: string, settings: Record<string, unknown> = {}) => shown(kind, { type: kind, ...settings }).main.map(({ name }) => name);

it("shows what belongs to the way of waiting that is chosen", () => {
  expect(names("wait", { for: "1 day" })).toEqual(["for", "when"]);
  expect(names("wait", { time_of_day: "09:00" })).toEqual(["time_of_day", "weekdays", "zone", "when"]);
});
it("takes a business event with its segment for a business event", () => {
  expect(modeOf(modesOf("entry")!, { business_event: "restocked", read: "gold" })).toBe("business_event");
  expect(names("entry", { business_event: "restocked", read: "gold" })).toContain("read");
  expect(names("entry", { read: "gold" })).toContain("schedule");
});
it("says nothing any more of the way that was left", () => {
  expect(switched(modesOf("wait")!, "for", { type: "wait", time_of_day: "09:00", weekdays: ["mon"], then: "x" })).toEqual({ for: "1 day", time_of_day: undefined, weekdays: undefined });
});
it("shows every setting of every kind somewhere, ways apart", () => {
  for (const kind of KINDS) {
    const { main, more } = shown(kind, { type: kind });
    expect(new Set([...main, ...more].map(({ name }) => name)).has("description"), kind).toBe(true);
    expect([...main, ...more].some(({ form }) => form === "way"), kind).toBe(false);
  }
});
it("tells a problem at its field and at the part that holds it", () => {
  const told = toldOf([{ code: "x", message: "no such attribute", where: "activities.a.paths[1].when.attribute", hint: "age?" }], "a");
  expect(errorAt(told, "paths[1].when")).toBe("no such attribute. age?");
  expect(errorAt(told, "paths[0].when")).toBeUndefined();
  expect(errorAt(told, "path")).toBeUndefined();
});
