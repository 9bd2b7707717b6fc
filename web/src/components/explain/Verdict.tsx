/** True or not: a sign, a word and a colour, any of which is enough. */
import { Badge } from "@mantine/core";

export function Verdict({ held, word, small = false }: { held: boolean; word: string; small?: boolean }) {
  return (
    <Badge size={small ? "xs" : "md"} radius="sm" tt="none" fw={600} variant="light" color={held ? "teal" : "gray"} leftSection={<span aria-hidden>{held ? "✓" : "✕"}</span>} style={{ flex: "none" }}>
      {word}
    </Badge>
  );
}
