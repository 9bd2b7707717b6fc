/** Whether a rule that is no segment (yet) holds for somebody, and why. */
import { useQuery } from "@tanstack/react-query";
import { asking } from "~/lib/api/client";
import { language } from "~/lib/i18n";
import { Explained } from "./Explained";

export function ExplainRule({ rule, profile }: { rule: unknown; profile: string }) {
  const query = useQuery(asking("/api/rules/explain", { body: { rule, profile, lang: language() } }));
  return <Explained query={query} />;
}
