/** What the rule editor reads: the names of the workspace, and values that are known of them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { reading } from "~/lib/api/client";
import type { Subject } from "./model/rule";

export const vocabulary = { ...reading("/api/schema"), staleTime: 30_000 };

export interface Known {
  value: string;
  count: number;
}
export interface Asked {
  subject: Subject;
  path: string;
  event: string | null;
  list: string | null;
}

const MOST = 30;

/** Values that the data holds, the most frequent first. `on` is false till somebody looks at the field. */
export function useKnown({ subject, path, event, list }: Asked, search: string, on: boolean): { values: Known[]; busy: boolean } {
  const [wanted] = useDebouncedValue(search.trim(), 200);
  const query = { search: wanted || null, limit: MOST };
  const ofProfile = subject === "attribute";
  const may = on && path !== "" && !path.startsWith("_");
  const attribute = useQuery({ ...reading("/api/attributes/{attribute}/values", { path: { attribute: path }, query }), enabled: may && ofProfile, placeholderData: keepPreviousData, staleTime: 60_000 });
  const inList = list !== null && subject === "field" ? `${list}.${path}` : path;
  const property = useQuery({ ...reading("/api/events/{event}/properties/{property}/values", { path: { event: event ?? "", property: inList }, query }), enabled: may && !ofProfile && event !== null && subject !== "item", placeholderData: keepPreviousData, staleTime: 60_000 });
  const found = ofProfile ? attribute : property;
  return { values: found.data?.items ?? [], busy: found.isFetching };
}
