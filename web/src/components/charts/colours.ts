/** Colours of charts; both are told apart from the ground in light and in dark. */
import type { Series } from "./model";

export const ACCENT = "light-dark(var(--mantine-color-petrol-8), var(--mantine-color-petrol-4))";
export const NEUTRAL = "light-dark(var(--mantine-color-gray-6), var(--mantine-color-dark-2))";
export const GRID = "light-dark(var(--mantine-color-gray-2), var(--mantine-color-dark-5))";
export const AXIS = "var(--mantine-color-dimmed)";

export const colourOf = (series: Series): string => (series.tone === "neutral" ? NEUTRAL : ACCENT);
