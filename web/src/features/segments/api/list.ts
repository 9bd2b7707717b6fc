/** A page of segments. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { reading, type Schemas } from "~/lib/api/client";
import { SIZE, statesOf, type View } from "../model/list";

export type SegmentRow = Schemas["SegmentsListRow"];

export function useSegments(view: View) {
  return useQuery({
    ...reading("/api/segments", { query: { search: view.search || null, sort: view.sort, state: statesOf(view), limit: SIZE, offset: view.offset } }),
    placeholderData: keepPreviousData,
  });
}
