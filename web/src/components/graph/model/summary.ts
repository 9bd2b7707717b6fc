/** The line below the name of a node: what it does, in the words of its settings. */
import type { Activity } from "./definition";

const MAIN: Record<string, readonly string[]> = {
  email: ["subject"],
  sms: ["text"],
  push: ["title", "text"],
  webhook: ["url"],
  custom_action: ["action"],
  add_to_list: ["list"],
  remove_from_list: ["list"],
  send_event: ["event"],
  wait: ["for", "until_local", "time_of_day", "until"],
  wait_for_event: ["event", "timeout"],
  wait_for_segment: ["segment", "timeout"],
  wait_for_signal: ["signal", "of", "timeout"],
  jump: ["journey"],
  call: ["journey"],
  loop: ["times"],
  profile_cap: ["most"],
  entry: ["event", "segment", "read", "business_event"],
};

const text = (value: unknown): string =>
  value == null ? "" : typeof value === "object" ? String(Object.values(value)[0] ?? "") : String(value);

const LENGTH = /^(\d+) (second|minute|hour|day|week)s?$/;

/** `7 days` as another language says it; whatever is no length of time stays. */
const lengthIn = (language: string) => (said: string): string => {
  const found = LENGTH.exec(said);
  return found ? new Intl.NumberFormat(language, { style: "unit", unit: found[2], unitDisplay: "long" }).format(Number(found[1])) : said;
};

/** Empty where nothing is said yet. */
export function summary(activity: Activity, language = "en"): string {
  if (activity.type === "update_profile") return Object.keys((activity.values as object | undefined) ?? {}).join(", ");
  if (activity.type === "choose_channel") return ((activity.ranking as string[] | undefined) ?? []).join(" › ");
  const said = (MAIN[activity.type] ?? []).map((name) => text(activity[name]).split("\n")[0] ?? "").filter(Boolean).map(lengthIn(language));
  return said.join(" · ");
}
