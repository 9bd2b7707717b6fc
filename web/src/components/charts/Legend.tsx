/** What the lines and bars are: a shape and a word each, so that colour is not needed. */
import { Group, Text } from "@mantine/core";
import { colourOf } from "./colours";
import type { Series } from "./model";

export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <Group gap="md">
      {series.map((each) => (
        <Group key={each.key} gap={6} wrap="nowrap">
          <Shape series={each} />
          <Text size="xs" c="dimmed">
            {each.label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

/** A line, a bar that stands, or a bar that hangs. */
export function Shape({ series }: { series: Series }) {
  const colour = colourOf(series);
  return (
    <svg width={14} height={12} aria-hidden>
      <line x1={0} x2={14} y1={6} y2={6} stroke={colour} strokeWidth={series.kind === "line" ? 2 : 1} strokeDasharray={series.kind === "line" && series.expected ? "3 2" : undefined} />
      {series.kind === "bar" && <rect x={4} y={series.down ? 6 : 0} width={6} height={6} fill={colour} fillOpacity={series.expected ? 0.35 : 1} stroke={colour} />}
    </svg>
  );
}
