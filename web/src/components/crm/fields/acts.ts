/** Do something, and have everything read again that shows it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changed } from "~/lib/api/client";

/** `prefixes`: the addresses below which something is different afterwards; `after`: acts of one name wait for each other. */
export function useAct<Argument = void, Answer = unknown>(run: (argument: Argument) => Promise<Answer>, prefixes: readonly string[], done?: (answer: Answer) => void, after?: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    ...(after && { scope: { id: after } }),
    onSuccess: async (answer) => {
      await changed(queries, ...prefixes);
      done?.(answer);
    },
  });
}
