import { expect, test } from "vitest";
import { byResult, distinct } from "./counts";

const row = (journey: string, channel: string, result: string, messages: number) => ({ journey, activity: "a", channel, result, messages });
const rows = [row("one", "email", "sent", 3), row("one", "email", "failed", 1), row("two", "http", "http_500", 7), row("two", "email", "sent", 2)];

test("usual results stand first, also those that nothing has", () =>
  expect(byResult(rows, { journey: "", channel: "" })).toEqual([
    { result: "sent", messages: 5 },
    { result: "pending", messages: 0 },
    { result: "skipped", messages: 0 },
    { result: "failed", messages: 1 },
    { result: "http_500", messages: 7 },
  ]));

test("the other filters hold", () => {
  expect(byResult(rows, { journey: "two", channel: "email" })[0]).toEqual({ result: "sent", messages: 2 });
  expect(distinct(rows, "channel")).toEqual(["email", "http"]);
});
