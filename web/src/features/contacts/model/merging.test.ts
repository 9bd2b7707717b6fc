import { expect, it } from "vitest";
import { differences } from "./merging";

it("tells what is filled and what is lost, and is silent about what nobody reads", () => {
  const stays = { no: "A", name: "Ann", email: "", city: "Lyon", version: 1 };
  const goes = { no: "B", name: "Anne", email: "a@x", city: "Lyon", version: 4 };
  const result = { no: "A", name: "Ann", email: "a@x", city: "Lyon", version: 2 };
  expect(differences(stays, goes, result).map(({ name, lost }) => [name, lost])).toEqual([["email", false], ["no", true], ["name", true]]);
});
