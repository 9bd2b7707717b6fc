/**
 * Values over days or instants: lines and bars in one accent and a neutral colour, in a fixed height, with a legend of
 * shapes and the same numbers as a table for whoever prefers that. What draws is read when a chart is shown.
 *
 *     <TimeChart label="Growth" points={days} series={[
 *       { key: "members", label: "Members", kind: "line" },
 *       { key: "entries", label: "Entries", kind: "bar", pane: 1 },
 *       { key: "exits", label: "Exits", kind: "bar", tone: "neutral", down: true, pane: 1 },
 *     ]} />
 */
import { Box, Button, Center, Group, Text } from "@mantine/core";
import { lazy, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Soon } from "~/components/Soon";
import { number } from "~/lib/i18n/format";
import { Legend } from "./Legend";
import type { Point, Series } from "./model";
import { Values } from "./Values";

export type { Point, Series } from "./model";

const Plot = lazy(() => import("./Plot"));

export interface TimeChartProps {
  /** What the chart shows, for those who cannot see it. */
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  height?: number;
  format?: (value: number) => string;
  /** Said in place of a chart without points. */
  empty?: string;
  /** Stands beside the legend: a choice of the length of time. */
  right?: ReactNode;
}

/** Height of the line with the legend. */
const HEAD = 36;

export function TimeChart({ height = 240, ...rest }: TimeChartProps) {
  return (
    <Soon height={height + HEAD}>
      <Chart height={height} {...rest} />
    </Soon>
  );
}

function Chart({ label, points, series, height, format = number, empty, right }: TimeChartProps & { height: number }) {
  const { t } = useTranslation("charts");
  const [asTable, setAsTable] = useState(false);
  return (
    <Box component="figure" m={0} aria-label={label}>
      <Group justify="space-between" gap="xs" mb="xs" mih={26}>
        <Legend series={series} />
        <Group gap="xs">
          {right}
          {points.length > 0 && (
            <Button size="compact-xs" variant="subtle" color="gray" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {t(asTable ? "as_chart" : "as_table")}
            </Button>
          )}
        </Group>
      </Group>
      <Box h={height}>
        {points.length === 0 ? (
          <Center h="100%">
            <Text size="sm" c="dimmed">
              {empty ?? t("nothing")}
            </Text>
          </Center>
        ) : asTable ? (
          <Values label={label} points={points} series={series} height={height} format={format} />
        ) : (
          <Soon height={height}>
            <Plot label={label} points={points} series={series} height={height} format={format} />
          </Soon>
        )}
      </Box>
    </Box>
  );
}
