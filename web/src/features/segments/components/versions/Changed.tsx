/** A sentence with the words that went struck through and those that came underlined. */
import { Text } from "@mantine/core";
import { wordDifferences } from "../../model/words";

const LOOK = {
  gone: { background: "light-dark(var(--mantine-color-red-0), rgba(250, 82, 82, 0.18))", textDecoration: "line-through" },
  new: { background: "light-dark(var(--mantine-color-teal-0), rgba(18, 184, 134, 0.2))", textDecoration: "underline" },
} as const;

export function Changed({ before, after }: { before: string; after: string }) {
  return (
    <Text size="sm" maw="75ch">
      {wordDifferences(before, after).map(({ kind, text }, place) =>
        kind === "same" ? (
          <span key={place}>{text}</span>
        ) : kind === "gone" ? (
          <del key={place} style={LOOK.gone}>{text}</del>
        ) : (
          <ins key={place} style={LOOK.new}>{text}</ins>
        ),
      )}
    </Text>
  );
}
