/** Numbers on the canvas: of activities as they change, of ways every few seconds. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type ActivityCount, type Counters, countersOf, type JourneyDefinition, type WayCount } from "~/components/graph/model";
import { live, useLiveActivities } from "~/lib/live";
import { summaryOf } from "../../api/journeys";

const NONE = ["draft"];
const OFTEN = 5_000;

export function useCounters(id: string, journey: JourneyDefinition, status: string): Counters | undefined {
  const wanted = !NONE.includes(status);
  const summary = useQuery({ ...summaryOf(id), enabled: wanted, refetchInterval: OFTEN });
  const moving = useLiveActivities(id);
  useEffect(() => (wanted ? live.watch(id) : undefined), [id, wanted]);
  return useMemo(() => {
    if (!wanted || !summary.data) return undefined;
    const { activities, edges } = summary.data as unknown as { activities: ActivityCount[]; edges: WayCount[] };
    const errors = new Map(activities.map(({ activity, errors: failed }) => [activity, failed]));
    const nodes = (moving ?? activities).map((each) => ({ ...each, errors: errors.get(each.activity) ?? 0 }));
    return countersOf(journey, nodes, edges);
  }, [wanted, journey, moving, summary.data]);
}
