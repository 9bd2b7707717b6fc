import { expect, it } from "vitest";
import { filled, filledHtml } from "./preview";

const roots = { profile: { first_name: "Ada <b>", address: { city: "Lyon" }, none: null } };

it("fills in what is known, and shows what is not", () => {
  expect(filled("Hello {{ profile.first_name }} of {{profile.address.city}}: {{ event.total }}", roots)).toBe("Hello Ada <b> of Lyon: ‹event.total›");
  expect(filled("Dear {{ profile.none | default: 'customer' }}", roots)).toBe("Dear customer");
  expect(filled("{% if profile.none %}x{% endif %}", roots)).toBe("{% if profile.none %}x{% endif %}");
});
it("escapes values in HTML", () => expect(filledHtml("<p>{{ profile.first_name }}</p>", roots)).toBe("<p>Ada &#60;b&#62;</p>"));
