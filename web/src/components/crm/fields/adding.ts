/** What is not in a list yet is set up where it is missed: a code, or a salesperson, out of a few words. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, changed } from "~/lib/api/client";
import { useMay } from "~/lib/session";
import { codeOf, isKind } from "./codes";

/** Makes an entry of a list out of words and gives its code; `null` where that is not for this user or this list. */
export function useAdding(from: string): ((words: string) => Promise<string>) | null {
  const queries = useQueryClient();
  const may = useMay("contacts:write");
  const act = useMutation({
    mutationFn: async (words: string) => {
      const code = codeOf(words);
      if (from === "salesperson") await api.put("/api/salespeople/{code}", { path: { code }, body: { name: words.trim() } as never });
      else await api.put("/api/codes/{kind}/{code}", { path: { kind: from, code }, body: { description: words.trim() } as never });
      await changed(queries, from === "salesperson" ? "/api/salespeople" : "/api/codes");
      return code;
    },
  });
  return may && (from === "salesperson" || isKind(from)) ? act.mutateAsync : null;
}
