/** A line of the last values: no axes, the same width everywhere, a word for those who cannot see it. */
import { ACCENT } from "~/components/charts/colours";

export function Sparkline({ values, label, width = 96, height = 24 }: { values: readonly number[]; label: string; width?: number; height?: number }) {
  if (values.length < 2) return null;
  const least = Math.min(...values);
  const range = Math.max(...values) - least || 1;
  const x = (place: number) => (place / (values.length - 1)) * (width - 2) + 1;
  const y = (value: number) => height - 2 - ((value - least) / range) * (height - 4);
  const line = values.map((value, place) => `${place ? "L" : "M"}${x(place).toFixed(1)},${y(value).toFixed(1)}`).join("");
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <path d={`${line}L${width - 1},${height}L1,${height}Z`} fill="var(--mantine-primary-color-light)" />
      <path d={line} fill="none" stroke={ACCENT} strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}
