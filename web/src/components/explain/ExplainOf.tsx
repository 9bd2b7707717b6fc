/** The explanation of one person and one segment, read from the server in the language of the reader. */
import { useQuery } from "@tanstack/react-query";
import { reading } from "~/lib/api/client";
import { language } from "~/lib/i18n";
import { Explained } from "./Explained";

export function ExplainOf({ segment, profile }: { segment: string; profile: string }) {
  const query = useQuery(reading("/api/segments/{segment}/explain/{profile}", { path: { segment, profile }, query: { lang: language() } }));
  return <Explained query={query} />;
}
