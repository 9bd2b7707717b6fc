/** Saves a draft, unless somebody else has saved one meanwhile. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, changed, type Schemas } from "~/lib/api/client";
import { ask, Failure } from "~/lib/api/request";
import { journeyAt } from "../../api/journeys";
import type { Editor } from "./useEditor";

/** Whether saving was refused because there is a newer version than the one that was edited. */
export const isConflict = (error: unknown): boolean => error instanceof Failure && error.status === 412;

export function useSave(id: string, editor: Editor) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ over = false }: { over?: boolean } = {}) => {
      const definition = editor.draft.journey;
      const etag = over ? (await api.versioned("/api/journeys/{journey}", { path: { journey: id } })).etag : editor.etag;
      const answer = await ask<Schemas["Definition"]>("PUT", "/api/journeys/{journey}", { path: { journey: id }, body: { definition }, etag: etag ?? undefined });
      return { answer, definition };
    },
    onSuccess: async ({ answer, definition }) => {
      editor.saved(definition, answer.etag);
      queries.setQueryData(journeyAt(id).queryKey, { ...answer, data: { ...answer.data, definition } });
      await changed(queries, "/api/journeys/{journey}/", "/api/definitions/");
      await queries.invalidateQueries({ queryKey: ["/api/journeys"] });
    },
  });
}
