/** Requests of the pages about people. */
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, asking, reading } from "~/lib/api/client";
import { type Person, questionOf, type View } from "../model/filters";

export const SIZE = 50;

/** A page of people; the page before stays while the next one comes. */
export const peopleOf = (view: View) => ({
  ...asking("/api/profiles/find", { body: questionOf(view, SIZE) }),
  placeholderData: keepPreviousData,
  select: ({ items, next, total }: { items: unknown[]; next: string | null; total: number | null }) => ({ items: items as Person[], next, total }),
});

export const vocabulary = { ...reading("/api/schema"), staleTime: 60_000 };
export const card = (profile: string) => reading("/api/profiles/{profile}", { path: { profile } });
/** One profile that became part of another one. */
export interface Merge {
  merge: string;
  profile: string;
  into: string;
  time: string | null;
  merged: string | null;
  unmerged: string | null;
  reason: string;
  events: number;
}
export const merges = (profile: string) => ({ ...reading("/api/identities/merges", { query: { profile } }), select: ({ items }: { items: unknown[] }) => items as Merge[] });

export const KINDS = ["event", "attributes", "segment", "journey", "message"] as const;
export type Kind = (typeof KINDS)[number];
const LINES = 50;

/** What keys of timelines begin with: they are read again seldom, as all their pages are. */
export const TIMELINE = "/api/timeline";

/** The timeline, page after page. */
export const timeline = (profile: string, kinds: Kind[]) =>
  infiniteQueryOptions({
    queryKey: [TIMELINE, { profile }, kinds] as const,
    queryFn: ({ pageParam, signal }) => api.get("/api/profiles/{profile}/timeline", { path: { profile }, query: { kinds, cursor: pageParam, limit: LINES }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** Where what is known of a person can be had as a file. */
export const exportAddress = (profile: string, format: "json" | "zip") => `/api/profiles/${encodeURIComponent(profile)}/export-file?format=${format}`;
