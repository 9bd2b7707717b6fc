import { expect, it } from "vitest";
import { Failure } from "~/lib/api/request";
import { day, filled, flag, number, same, sent, text, told } from "./spec";

it("sends an emptied number or day as nothing, an emptied text as blank", () => {
  expect([sent(number("cost"), ""), sent(day("date"), ""), sent(text("city"), undefined), sent(number("cost"), "2.5")]).toEqual([null, null, "", 2.5]);
  expect(same(text("city"), " Lyon ", "Lyon")).toBe(true);
});

it("leaves to the server what was not filled in", () => {
  expect(filled([text("name"), text("city"), number("cost"), flag("minor")], { name: "A", city: "", cost: 0 })).toEqual({ name: "A", cost: 0 });
});

it("puts what the server found wrong at its field, once named", () => {
  const one = new Failure(422, { code: "bad-email", message: "email: 'x' is no e-mail address", where: "email", hint: "An @." });
  expect(told(one, ["email"])).toEqual({ fields: { email: "'x' is no e-mail address An @." }, rest: null });
  const many = new Failure(422, { code: "bad-request", message: "no", problems: [{ code: "a", message: "bad", where: "body.birthday" }, { code: "b", message: "else", where: "there" }] });
  const found = told(many, ["birthday"]);
  expect(found.fields).toEqual({ birthday: "bad" });
  expect(found.rest).toBe(many);
});
