import { expect, test } from "vitest";
import { isCards } from "./cards";

test.each([
  ["people.vcf", "", true],
  ["export.TXT", "\uFEFFbegin:vcard\n", true],
  ["export.txt", "\n BEGIN:VCARD", true],
  ["people.csv", "name,BEGIN:VCARD", false],
])("%s that begins with %j holds vCards: %s", (name, start, so) => {
  expect(isCards(name, start)).toBe(so);
});
