/** Names and values, line by line. */
import { Text } from "@mantine/core";

export function Facts({ facts }: { facts: readonly (readonly [string, string])[] }) {
  return (
    <dl style={{ display: "grid", gridTemplateColumns: "minmax(8rem, 12rem) 1fr", gap: "4px 16px", margin: 0 }}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <Text component="dt" size="sm" c="dimmed">{name}</Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>{value}</Text>
        </div>
      ))}
    </dl>
  );
}
