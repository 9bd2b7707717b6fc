/** Reading a segment to edit it, and saving it. */
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas } from "~/lib/api/client";
import { readRule } from "~/components/rules/model/read";
import { type Draft, definitionOf, keeps, opened, type TextLanguage } from "../model/draft";

export interface Opened {
  draft: Draft;
  found: Schemas["Definition"];
  /** The version that is edited; a newer one is not overwritten. */
  etag: string;
}

/** Read once: what is typed must not be replaced by what somebody else saved. */
export const editing = (segment: string) =>
  queryOptions({
    queryKey: ["/builder/segment", segment],
    queryFn: () => open(segment),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export async function open(segment: string): Promise<Opened> {
  const { data, etag } = await api.versioned("/api/segments/{segment}", { path: { segment } });
  const definition = (data.definition ?? {}) as Record<string, unknown>;
  const canonical = await shownBetter(definition.rule);
  return { draft: opened(segment, definition, canonical), found: data, etag: etag ?? `"${data.revision}"` };
}

/** The tree of the server, asked for only where the one that was written cannot be shown in all its parts. */
async function shownBetter(rule: unknown): Promise<unknown> {
  const written = rule as Record<string, unknown>;
  if (typeof written?.pql === "string" || typeof written?.journey === "string" || keeps(readRule(rule)) === 0) return undefined;
  return treeOf(rule).catch(() => undefined);
}

/** The rule tree of a rule in any language. @throws Failure it is wrong. */
export const treeOf = async (rule: unknown): Promise<unknown> => (await api.post("/api/rules/check", { body: { rule: rule as never } })).tree;

/** The text of a rule tree. @throws Failure the language cannot say it. */
export const textOf = async (rule: unknown, to: TextLanguage): Promise<string> => String(await api.post("/api/rules/convert", { body: { rule: rule as never, to } }));

export const save = (draft: Draft, publish: boolean, etag: string) =>
  api.put("/api/segments/{segment}", { path: { segment: draft.id }, body: { definition: definitionOf(draft), publish }, etag });
