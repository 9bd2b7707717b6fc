/** Requests of the page of deliveries. */
import { keepPreviousData } from "@tanstack/react-query";
import { reading } from "~/lib/api/client";

export const SIZE = 50;

export interface View {
  journey: string;
  channel: string;
  result: string;
  profile: string;
  since: string;
  until: string;
  after: string;
}

/** The first instant of a day of the reader, or of the day behind it. */
const instant = (day: string, plus = 0): string | null => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return new Date(year, month - 1, date + plus).toISOString();
};

export const deliveriesOf = (view: View) => ({
  ...reading("/api/deliveries", {
    query: {
      journey: view.journey || null,
      channel: view.channel || null,
      result: view.result || null,
      profile: view.profile || null,
      since: instant(view.since),
      until: instant(view.until, 1),
      cursor: view.after || null,
      limit: SIZE,
    },
  }),
  placeholderData: keepPreviousData,
});
export const counts = reading("/api/delivery-counts", { query: { limit: 10_000 } });
export const definition = (journey: string, version: number) => reading("/api/journeys/{journey}", { path: { journey }, query: { version } });
