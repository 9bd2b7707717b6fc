import { expect, test } from "vitest";
import { parsed } from "./suppressing";

test("addresses and domains are told apart, whatever stands between them", () => {
  expect(parsed("ann@shop.example, shop.example;@other.example\n ann@shop.example")).toEqual({
    addresses: ["ann@shop.example"], domains: ["shop.example", "other.example"], strange: [],
  });
});

test("what is neither is named", () => {
  expect(parsed("ann@@shop.example nonsense a@b")).toEqual({ addresses: [], domains: [], strange: ["ann@@shop.example", "nonsense", "a@b"] });
});
