/** Values and their sources in words; `t` is that of the namespace `explain`. */
import { moment, number } from "~/lib/i18n/format";
import { type Shown, sourceOf } from "./model";

export type Words = (key: string, options?: Record<string, unknown>) => string;

/** Where a value was read, in words. */
export function sourceName(t: Words, text: string): string {
  const source = sourceOf(text);
  if (source.kind === "attribute") return source.name ?? text;
  const suffix = source.kind !== "membership" && source.name ? "_of" : "";
  return t(`source.${source.kind}${suffix}`, { event: source.event, name: source.name });
}

export function written(t: Words, value: Shown): string {
  switch (value.as) {
    case "number":
      return number(value.value, 2);
    case "moment":
      return moment(value.value);
    case "text":
      return value.value;
    case "several":
      return t("several", { count: value.value });
    default:
      return t(`value.${value.as}`);
  }
}
