import { describe, expect, it } from "vitest";
import { found, nameOf } from "./model";

describe("people of a search", () => {
  it("are called by their name, else by their address", () => {
    expect(nameOf({ first_name: "Ada", last_name: "Byron", email: "a@b.c" })).toBe("Ada Byron");
    expect(nameOf({ email: "a@b.c" })).toBe("a@b.c");
    expect(nameOf({ age: 3 })).toBe("");
  });
  it("are told apart by what else is known, without what is empty", () => {
    expect(found([{ profile_id: "7", email: "a@b.c", age: "45-54", kids: null, tags: ["x"] }])).toEqual([{ value: "7", label: "7 · a@b.c", about: "age: 45-54" }]);
  });
  it("have an id, or cannot be chosen", () => {
    expect(found([{ profile_id: null, email: "a@b.c" }])).toEqual([]);
  });
});
