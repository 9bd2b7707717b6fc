/** Events per second over the last minutes. Drawn by hand: the first page must not wait for a library of charts. */
import { Box, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import { ceiling, type History, line } from "../model/history";
import { SPAN } from "./useHistory";

export function RateChart({ history }: { history: History }) {
  const { t } = useTranslation("pulse");
  const { samples } = history;
  const top = ceiling(Math.max(1, ...samples.map(({ rate }) => rate)));
  const drawn = line(samples, SPAN, top);
  const first = samples[0];
  const left = first ? 100 - (((samples.at(-1)?.at ?? first.at) - first.at) / SPAN) * 100 : 100;
  return (
    <figure style={{ margin: 0 }}>
      <Box pos="relative" h={132}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" role="img" aria-label={t("rate.chart", { value: number(samples.at(-1)?.rate ?? 0), top: number(top) })}>
          {[0, 50, 100].map((y) => (
            <line key={y} x1={0} x2={100} y1={y} y2={y} stroke="var(--mantine-color-default-border)" strokeWidth={1} vectorEffect="non-scaling-stroke" />
          ))}
          {drawn && <path d={`${drawn}L100,100L${left.toFixed(2)},100Z`} fill="var(--mantine-primary-color-light)" />}
          <path d={drawn} fill="none" stroke="var(--mantine-primary-color-filled)" strokeWidth={1.75} vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
        </svg>
        <Text size="xs" c="dimmed" pos="absolute" top={2} left={0} aria-hidden>
          {number(top)}
        </Text>
      </Box>
      <Group justify="space-between" component="figcaption">
        <Text size="xs" c="dimmed">
          {t("rate.ago")}
        </Text>
        <Text size="xs" c="dimmed">
          {t("rate.now")}
        </Text>
      </Group>
    </figure>
  );
}
