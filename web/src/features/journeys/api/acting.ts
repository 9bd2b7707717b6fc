/** What can be done to a journey as a whole, and what it leads to. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, changed } from "~/lib/api/client";

export type Act = "publish" | "pause" | "resume" | "close" | "stop" | "reopen" | "new_version" | "delete";

export interface Acting {
  version?: number | null;
  /** Of a pause. */
  profiles?: "hold" | "discard";
  for?: string | null;
}

function asked(journey: string, act: Act, { version = null, profiles = "hold", for: length = null }: Acting): Promise<unknown> {
  const path = { journey };
  switch (act) {
    case "publish":
      return api.post("/api/journeys/{journey}/publish", { path, body: { version } });
    case "pause":
      return api.post("/api/journeys/{journey}/pause", { path, body: { version, profiles, for_: length } });
    case "resume":
      return api.post("/api/journeys/{journey}/resume", { path, body: { version } });
    case "close":
      return api.post("/api/journeys/{journey}/close", { path, body: { version } });
    case "stop":
      return api.post("/api/journeys/{journey}/stop", { path, body: { version } });
    case "reopen":
      return api.post("/api/journeys/{journey}/reopen", { path, body: { version } });
    case "new_version":
      return api.post("/api/journeys/{journey}/new-version", { path });
    case "delete":
      return api.delete("/api/journeys/{journey}", { path, body: {} });
  }
}

export function useAct(journey: string, then?: (act: Act) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ act, ...options }: Acting & { act: Act }) => asked(journey, act, options),
    onSuccess: async (_, { act }) => {
      then?.(act);
      if (act !== "delete") await changed(queries, "/api/journeys", "/api/definitions");
      else await queries.invalidateQueries({ queryKey: ["/api/journeys"] });
    },
  });
}
