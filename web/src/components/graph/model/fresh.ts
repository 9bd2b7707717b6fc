/** What a new activity says at first: enough to be drawn, and as much as can be guessed. */
import type { Activity, JourneyDefinition } from "./definition";
import { before } from "./graph";
import { isMessage } from "./kinds";

const FIRST: Record<string, Record<string, unknown>> = {
  email: { to: "{{ profile.email }}", subject: "", body: "" },
  sms: { to: "{{ profile.phone }}", text: "" },
  push: { to: "{{ profile.device }}", text: "" },
  choose_channel: { ranking: ["email"], messages: { email: { to: "{{ profile.email }}", subject: "", body: "" } } },
  webhook: { url: "" },
  custom_action: { action: "" },
  update_profile: { values: {} },
  add_to_list: { list: "" },
  remove_from_list: { list: "" },
  send_event: { event: "" },
  wait: { for: "1 day" },
  wait_for_event: { event: "", timeout: "7 days" },
  wait_for_segment: { segment: "", on: "enter", timeout: "7 days" },
  wait_for_signal: { of: "", signal: "opened", timeout: "3 days" },
  condition: { paths: [{ label: "yes" }] },
  split: { paths: [{ label: "A", percent: 50 }, { label: "B", percent: 50 }] },
  time_condition: { paths: [{ label: "weekdays", days: ["mon", "tue", "wed", "thu", "fri"] }] },
  date_condition: { paths: [{ label: "period" }] },
  profile_cap: { most: 1000 },
  fork: { branches: [[], []] },
  loop: { again: [], times: 3 },
  jump: { journey: "" },
  call: { journey: "" },
};

export function fresh(kind: string, journey: JourneyDefinition, behind?: string): Activity {
  const activity: Activity = { type: kind, ...structuredClone(FIRST[kind] ?? {}) };
  if (kind === "wait_for_signal" && behind) {
    const message = [behind, ...before(journey, behind)].find((id) => isMessage(journey.activities[id]?.type ?? ""));
    if (message) activity.of = message;
  }
  return activity;
}

/** A journey of which nothing is known but its name. */
export const freshJourney = (journey: string, name: string, entry: Record<string, unknown>): JourneyDefinition => ({
  journey,
  name,
  entry,
  start: "end",
  activities: { end: { type: "end" } },
});
