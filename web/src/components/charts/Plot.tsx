/** Draws a chart of time. Read lazily: what draws weighs more than the rest of a page. */
import { Box, Group, Paper, Stack, Text } from "@mantine/core";
import { Bar, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useId } from "react";
import { compact } from "~/lib/i18n/format";
import { AXIS, colourOf, GRID } from "./colours";
import { Shape } from "./Legend";
import { axisLabel, drawn, fullLabel, panes, type Point, reach, rounded, type Series } from "./model";

export interface PlotProps {
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  height: number;
  format: (value: number) => string;
}

/** Everything is drawn at once and stays: charts of live numbers must not dance. */
const STILL = { isAnimationActive: false } as const;
const TICK = { fill: AXIS, fontSize: 11 };

export default function Plot({ label, points, series, height, format }: PlotProps) {
  const sync = useId();
  const data = drawn(points, series);
  const all = panes(series);
  const heights = all.length === 1 ? [height] : [Math.round(height * 0.56), height - Math.round(height * 0.56)];
  return (
    <Box role="img" aria-label={label} aria-roledescription="chart">
      {all.map((pane, place) => (
        <Pane key={place} data={data} pane={pane} series={series} height={heights[place]!} axis={place === all.length - 1} sync={sync} format={format} />
      ))}
    </Box>
  );
}

interface PaneProps {
  data: Point[];
  /** Drawn here. */
  pane: readonly Series[];
  /** Told of in the tooltip. */
  series: readonly Series[];
  height: number;
  /** Whether the axis of time stands below. */
  axis: boolean;
  sync: string;
  format: (value: number) => string;
}

function Pane({ data, pane, series, height, axis, sync, format }: PaneProps) {
  const mirrored = pane.some((each) => each.down);
  const most = rounded(reach(data, pane));
  const bars = pane.some((each) => each.kind === "bar");
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart data={data} syncId={sync} margin={{ top: 6, right: 8, bottom: 0, left: 0 }} stackOffset="sign" barCategoryGap={data.length > 90 ? 0 : "15%"} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke={GRID} />
        <XAxis dataKey="at" hide={!axis} tickFormatter={(at: string) => axisLabel(at, data)} tick={TICK} tickLine={false} axisLine={{ stroke: GRID }} minTickGap={36} height={22} />
        <YAxis width={46} tick={TICK} tickLine={false} axisLine={false} ticks={mirrored ? [-most, 0, most] : undefined} tickCount={4} allowDecimals={false} domain={mirrored ? [-most, most] : [bars ? 0 : "auto", "auto"]} tickFormatter={(value: number) => compact(Math.abs(value))} />
        <Tooltip cursor={{ stroke: AXIS, strokeWidth: 1, fill: GRID, fillOpacity: 0.5 }} isAnimationActive={false} wrapperStyle={{ zIndex: 5 }}
          content={({ active, payload }) => (active && payload[0] ? <Told point={payload[0].payload as Point} series={series} format={format} /> : null)} />
        {mirrored && <ReferenceLine y={0} stroke={AXIS} />}
        {pane.map((each) =>
          each.kind === "line" ? (
            <Line key={each.key} dataKey={each.key} stroke={colourOf(each)} strokeWidth={2} strokeDasharray={each.expected ? "5 4" : undefined} dot={data.length < 3} type="linear" {...STILL} />
          ) : (
            <Bar key={each.key} dataKey={each.key} stackId="bars" fill={colourOf(each)} fillOpacity={each.expected ? 0.35 : 1} stroke={each.expected ? colourOf(each) : undefined} {...STILL} />
          ),
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** The values of one place, with the shapes of the legend. */
function Told({ point, series, format }: { point: Point; series: readonly Series[]; format: (value: number) => string }) {
  return (
    <Paper withBorder shadow="sm" p="xs">
      <Text size="xs" fw={600} mb={4}>
        {fullLabel(point.at)}
      </Text>
      <Stack gap={2}>
        {series.map((each) => {
          const value = point[each.key];
          if (typeof value !== "number") return null;
          return (
            <Group key={each.key} gap="md" justify="space-between" wrap="nowrap">
              <Group gap={6} wrap="nowrap">
                <Shape series={each} />
                <Text size="xs">{each.label}</Text>
              </Group>
              <Text size="xs" fw={600}>
                {format(Math.abs(value))}
              </Text>
            </Group>
          );
        })}
      </Stack>
    </Paper>
  );
}
