/** Saving a draft: as a new version of what was opened, never over somebody else's. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changed } from "~/lib/api/client";
import { Failure } from "~/lib/api/request";
import { open, type Opened, save } from "../api/segment";
import { type Draft, essence } from "../model/draft";

export interface Saved {
  draft: Draft;
  publish: boolean;
}

/** `onOutdated`: somebody else was there before. */
export function useSaving(first: Draft, etag: string, onSaved: (saved: Saved) => void, onOutdated: () => void) {
  const queries = useQueryClient();
  const [seen, see] = useState(etag);
  const [kept, keep] = useState(essence(first));
  const [theirs, meet] = useState<Opened | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ draft, publish, over }: Saved & { over?: string }) => save(draft, publish, over ?? seen),
    onSuccess: async (found, { draft, publish }) => {
      see(`"${found.revision}"`);
      keep(essence(draft));
      meet(null);
      void changed(queries, "/api/segments", "/api/definition", "/api/schema");
      onSaved({ draft, publish });
    },
    onError: async (problem, { draft }) => {
      if (!(problem instanceof Failure) || problem.status !== 412) return;
      onOutdated();
      if (seen !== '"0"') meet(await open(draft.id));
    },
  });
  const outdated = mutation.error instanceof Failure && mutation.error.status === 412;
  return {
    save: (draft: Draft, publish: boolean) => mutation.mutate({ draft, publish }),
    /** Over what somebody else saved. */
    insist: (draft: Draft) => theirs && mutation.mutate({ draft, publish: mutation.variables?.publish ?? false, over: theirs.etag }),
    /** What somebody else saved, in place of the own draft. */
    yield: (): Draft | null => {
      if (!theirs) return null;
      see(theirs.etag);
      keep(essence(theirs.draft));
      meet(null);
      mutation.reset();
      return theirs.draft;
    },
    busy: mutation.isPending ? (mutation.variables.publish ? "publish" : "draft") : null,
    error: outdated ? null : mutation.error,
    /** The id of a new segment is one that there is, or was. */
    taken: outdated && seen === '"0"' ? mutation.variables!.draft.id : null,
    theirs,
    reset: mutation.reset,
    isDirty: (draft: Draft) => essence(draft) !== kept,
    saved: mutation.isSuccess,
  } as const;
}
