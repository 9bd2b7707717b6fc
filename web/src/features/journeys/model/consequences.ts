/** What an act leads to, as keys of sentences (`journeys:consequence`) with their values. */
import type { JourneyDefinition } from "~/components/graph/model";
import type { Act } from "../api/acting";
import type { Life } from "./life";

export interface Consequence {
  key: string;
  segment?: string;
  event?: string;
}

export function consequences(act: Act, journey: JourneyDefinition, life: Life): Consequence[] {
  const older = life.running !== null && life.running.version !== life.latest;
  switch (act) {
    case "publish":
      return [...entering(journey), ...(older ? [{ key: "closes_older" }] : []), { key: "read_only" }];
    case "pause":
      return [{ key: "nobody_enters" }, { key: journey.on_paused === "keep" ? "kept_while_paused" : "lost_while_paused" }];
    case "resume":
      return [{ key: "enters_again" }, { key: "held_go_on" }];
    case "close":
      return [{ key: "nobody_enters_any_more" }, { key: "inside_finish" }];
    case "stop":
      return [{ key: "nobody_enters_any_more" }, { key: "inside_end" }];
    case "reopen":
      return [{ key: "enters_again" }, { key: "ended_stay_ended" }];
    case "new_version":
      return [{ key: "draft_beside" }, { key: "goes_on" }];
    case "delete":
      return [...(life.running ? [{ key: "inside_end" }] : []), { key: "history_stays" }];
  }
}

function entering({ entry }: JourneyDefinition): Consequence[] {
  const text = (name: string) => (typeof entry[name] === "string" ? (entry[name] as string) : "");
  const schedule = entry.schedule as Record<string, unknown> | undefined;
  if (text("business_event")) return [{ key: "enter_business_event", event: text("business_event"), segment: text("read") }];
  if (text("read")) return [{ key: schedule?.at || schedule?.cron ? "enter_read_later" : "enter_read_now", segment: text("read") }];
  if (text("event")) return [{ key: "enter_event", event: text("event") }];
  if (!text("segment")) return [];
  const how = entry.on === "exit" ? "enter_exit" : entry.on === "both" ? "enter_both" : "enter_segment";
  return [{ key: how, segment: text("segment") }, { key: entry.include_members ? "with_members" : "without_members", segment: text("segment") }];
}
