import { expect, test } from "vitest";
import { said } from ".";

test("what the server said goes along with the words for it, also of each part", () => {
  const problem = { code: "bad-rule", message: "the rule has 2 problems", hint: "look", problems: [{ code: "unknown-attribute", message: "there is no attribute 'aeg'", where: "rule" }, { code: "odd", message: "odd" }] };
  expect(said(problem, { "bad-rule": "La règle contient une erreur.", "unknown-attribute": "Cet attribut n'existe pas." })).toEqual({
    code: "bad-rule",
    message: "La règle contient une erreur.",
    original: "the rule has 2 problems",
    hint: "look",
    problems: [
      { code: "unknown-attribute", message: "Cet attribut n'existe pas.", original: "there is no attribute 'aeg'", where: "rule" },
      { code: "odd", message: "odd" },
    ],
  });
});
