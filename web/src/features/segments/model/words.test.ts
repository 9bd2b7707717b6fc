import { describe, expect, it } from "vitest";
import { userOf } from "./users";
import { type Piece, wordDifferences } from "./words";

const text = (pieces: Piece[], without: Piece["kind"]) => pieces.filter((piece) => piece.kind !== without).map((piece) => piece.text.trim()).filter(Boolean).join(" ");

describe("differences of two sentences", () => {
  it("are the words that went and the words that came", () => {
    expect(wordDifferences("spent at least 300 in 90 days", "spent at least 400 in 90 days")).toEqual([
      { kind: "same", text: "spent at least " },
      { kind: "gone", text: "300 " },
      { kind: "new", text: "400 " },
      { kind: "same", text: "in 90 days" },
    ]);
  });
  it("give back both sentences", () => {
    const [before, after] = ["a b c d and e", "a c and f d e g"];
    const pieces = wordDifferences(before, after);
    expect(text(pieces, "new")).toBe(before);
    expect(text(pieces, "gone")).toBe(after);
  });
  it("are none where nothing changed, be there a space at its end or not", () => {
    expect(wordDifferences("a b", "a b").map((piece) => piece.kind)).toEqual(["same"]);
    expect(wordDifferences("a b", "a b c").map((piece) => piece.kind)).toEqual(["same", "new"]);
  });
});

describe("who uses a segment", () => {
  it("is named with its kind", () => {
    expect(userOf("journey 'win-back'")).toEqual({ kind: "journey", id: "win-back" });
    expect(userOf("segment \"it's\"")).toEqual({ kind: "segment", id: "it's" });
    expect(userOf("somebody")).toEqual({ kind: "", id: "somebody" });
  });
});
