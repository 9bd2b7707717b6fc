import { expect, it } from "vitest";
import { lifeOf } from "./life";

const acts = (statuses: Record<string, string>, latest: number) => lifeOf(statuses, latest).acts.map(({ act, version }) => `${act} ${version}`);

it("lets a draft be changed and published", () => {
  expect(lifeOf({ 1: "draft" }, 1)).toMatchObject({ editable: true, running: null });
  expect(acts({ 1: "draft" }, 1)).toEqual(["publish 1", "delete 1"]);
});
it("acts on the version that people are in, though a newer draft is there", () => {
  expect(acts({ 1: "live", 2: "draft" }, 2)).toEqual(["publish 2", "pause 1", "close 1", "stop 1", "delete 2"]);
});
it("changes what is live by a new version only", () => {
  expect(lifeOf({ 1: "live" }, 1).editable).toBe(false);
  expect(acts({ 1: "live" }, 1)[0]).toBe("new_version 1");
  expect(acts({ 1: "stopped" }, 1)).toEqual(["new_version 1", "reopen 1", "delete 1"]);
});
it("takes a test for no draft that may be changed", () => expect(lifeOf({ 1: "draft_test" }, 1).editable).toBe(false));
