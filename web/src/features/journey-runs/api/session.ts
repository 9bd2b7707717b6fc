/** Plays the steps of a test; the last end stays on the page while the next one is computed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "~/lib/api/client";
import { type Session, sessionOf, type Step } from "../model/session";

export interface Played {
  draft: string | Record<string, unknown>;
  mode: Session["mode"];
  wait: string;
  lang: "en" | "fr";
  steps: readonly Step[];
}

export const usePlayed = (asked: Played | null) =>
  useQuery({
    queryKey: ["play", asked],
    enabled: asked !== null,
    queryFn: async ({ signal }) => {
      const { wait, mode, steps, ...rest } = asked!;
      const body = { ...rest, mode, wait: mode === "test" && wait ? wait : null, steps: [...steps] };
      return sessionOf(await api.post("/api/journeys/play", { body: body as never, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
