import { expect, test } from "vitest";
import { gaps } from "~/components/rules/model/gaps";
import { tree } from "~/components/rules/model/print";
import type { Vocabulary } from "~/components/rules/model/vocabulary";
import { templates } from "./templates";

const named = (name: string, kind: string) => ({ name, kind, element: null, fields: [] });
const vocabulary: Vocabulary = {
  profiles: 9,
  attributes: [{ ...named("email", "string"), used: false, profiles: 9 }, { ...named("city", "string"), used: false, profiles: 5 }],
  events: [
    { name: "visit", properties: [], used: false, events: 99 },
    { name: "order_placed", properties: [named("amount", "decimal")], used: false, events: 9 },
  ],
  segments: [],
  operators: [],
  event_windows: [],
};

test("the templates speak of the workspace's own events", () => {
  const found = templates(vocabulary);
  expect(found.map(({ key }) => key)).toEqual(["recent", "lapsing", "new", "spenders", "missed", "known"]);
  expect(tree(found[0]!.rule)).toEqual({ event: "order_placed", in_last: "30 days" });
  expect(found[4]!.names).toEqual({ event: "order_placed", other: "visit" });
  for (const { key, rule } of found) expect(gaps(rule).size, key).toBe(key === "known" ? 1 : 0);
});

test("without events there is still who people are; with nothing, nothing", () => {
  expect(templates({ ...vocabulary, events: [] }).map(({ names }) => names.attribute)).toEqual(["city"]);
  expect(templates({ ...vocabulary, events: [], attributes: [] })).toEqual([]);
});
