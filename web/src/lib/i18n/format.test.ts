import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { lasting, number, percent, relative } from "./format";

beforeAll(() => i18next.init({ lng: "en", resources: {} }));

test.each([
  [0, "0 sec"],
  [3.25, "3.3 sec"],
  [42.4, "42 sec"],
  [7_200, "2 hr"],
  [280_571_321, "9 yrs"],
])("%s seconds last %s", (seconds, told) => {
  expect(lasting(seconds)).toBe(told);
});

test("what is not known is a dash", () => {
  expect([number(null), percent(undefined), relative(null)]).toEqual(["–", "–", "–"]);
});

test("the distance is told in the greatest unit that it fills", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  expect(relative("2026-03-04T12:00:00Z", now)).toBe("in 3 days");
  expect(relative("2026-03-01T10:00:00Z", now)).toBe("2 hours ago");
});

test("French numbers stand with French signs", async () => {
  await i18next.changeLanguage("fr");
  expect(percent(0.223)).toBe("22,3\u00a0%");
  expect(number(1234.5, 1)).toBe("1\u202f234,5");
  await i18next.changeLanguage("en");
});
