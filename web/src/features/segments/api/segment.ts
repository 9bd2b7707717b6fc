/** What a segment's page reads and changes. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, changed, reading, type Result } from "~/lib/api/client";
import { language } from "~/lib/i18n";

/** One page holds the days of 27 years. */
const DAYS = 10_000;

export const useDefinition = (segment: string) => useQuery(reading("/api/segments/{segment}", { path: { segment } }));
export const statisticsOf = (segment: string) => reading("/api/segments/{segment}/statistics", { path: { segment } });
export const useStatistics = (segment: string) => useQuery(statisticsOf(segment));
export const useHistory = (segment: string) => useQuery(reading("/api/segments/{segment}/history", { path: { segment }, query: { limit: DAYS } }));
export const useForecast = (segment: string, days: number) =>
  useQuery({ ...reading("/api/segments/{segment}/forecast", { path: { segment }, query: { days, limit: days } }), placeholderData: keepPreviousData });
export const useSentence = (segment: string) => useQuery(reading("/api/segments/{segment}/sentence", { path: { segment }, query: { language: language() } }));
export const useMethod = (segment: string) => useQuery(reading("/api/segments/{segment}/method", { path: { segment }, query: { language: language() } }));
export const useVersions = (segment: string) => useQuery(reading("/api/definitions/{kind}/{id}/versions", { path: { kind: "segment", id: segment }, query: { limit: 500 } }));
export const useDifferences = (segment: string, old: number, fresh: number) =>
  useQuery(reading("/api/definitions/{kind}/{id}/diff", { path: { kind: "segment", id: segment }, query: { old, new: fresh } }));

export type MembersPage = Result<"/api/segments/{segment}/members", "get">;
export const membersOf = (segment: string, sort: string, after: string, limit: number) =>
  reading("/api/segments/{segment}/members", { path: { segment }, query: { sort, cursor: after || null, limit } });

export type Act = "publish" | "deactivate" | "delete";

const DONE: Record<Act, (segment: string, etag: string | undefined) => Promise<unknown>> = {
  publish: (segment, etag) => api.post("/api/segments/{segment}/publish", { path: { segment }, etag }),
  deactivate: (segment, etag) => api.post("/api/segments/{segment}/deactivate", { path: { segment }, etag }),
  delete: (segment, etag) => api.delete("/api/segments/{segment}", { path: { segment }, etag }),
};

/** Publishes, stops or deletes a segment; `revision` is the one that the user saw. */
export function useAct(segment: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ act, revision }: { act: Act; revision?: number }) => DONE[act](segment, revision === undefined ? undefined : `"${revision}"`),
    onSuccess: () => changed(queries, "/api/segments", "/api/definitions"),
  });
}

export function useRollBack(segment: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => api.post("/api/definitions/{kind}/{id}/roll-back", { path: { kind: "segment", id: segment }, body: { version } }),
    onSuccess: () => changed(queries, "/api/segments", "/api/definitions"),
  });
}

/** Takes a deletion back: the segment is what it was before, a live one counts again. */
export function useRestore() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post("/api/definitions/{kind}/{id}/restore", { path: { kind: "segment", id } }),
    onSuccess: () => changed(queries, "/api/segments", "/api/definitions"),
  });
}

/** What letting a version count would move now; without `version`, the newest. Nothing is changed by asking. */
export function usePrice(segment: string, version?: number) {
  return useQuery({
    queryKey: ["/api/definitions/preview", segment, version ?? null],
    queryFn: async ({ signal }) => {
      const { definition } = await api.get("/api/definitions/{kind}/{id}", { path: { kind: "segment", id: segment }, query: { version: version ?? null }, signal });
      const found = await api.post("/api/definitions/preview", { body: { definition: definition as Record<string, unknown> }, signal });
      const own = found.find((each) => each.segment === segment);
      if (!own) throw new Error(`no preview of ${segment}`);
      return own;
    },
    staleTime: 0,
    gcTime: 0,
  });
}
