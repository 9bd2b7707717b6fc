/** Requests of the journeys' pages. */
import { queryOptions } from "@tanstack/react-query";
import { api, reading, type Schemas } from "~/lib/api/client";

export type JourneyRow = Schemas["JourneysListRow"];
/** More journeys than anybody runs at once; searching and sorting happen in the browser. */
const MOST = 2000;

export const journeysList = reading("/api/journeys", { query: { limit: MOST } });

/** A journey with the version of its ETag, for saving without overwriting somebody else's work. */
export const journeyAt = (journey: string, version: number | null = null) =>
  queryOptions({
    queryKey: ["/api/journeys/{journey}", journey, version, "versioned"] as const,
    queryFn: ({ signal }) => api.versioned("/api/journeys/{journey}", { path: { journey }, query: { version }, signal }),
    // What is being edited must not change below the hands.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

export const summaryOf = (journey: string) => reading("/api/journeys/{journey}/summary", { path: { journey } });
export const versionsOf = (journey: string) => reading("/api/journeys/{journey}/versions", { path: { journey } });
