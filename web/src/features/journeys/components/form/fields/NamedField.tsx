/** A setting that names something: an event type, a segment, another journey, a message before it. */
import { Autocomplete, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { titleOf } from "~/components/graph";
import { before, graphOf, isMessage } from "~/components/graph/model";
import { vocabulary } from "~/components/rules/api";
import { journeysList } from "../../../api/journeys";
import { useForm } from "../context";
import { type FieldProps, useFieldWords } from "./props";

interface Option {
  value: string;
  label: string;
}

const EVENTS = ["event", "business_event"];
const SEGMENTS = ["segment", "read"];
const CHANNELS = ["email", "sms", "push", "webhook"];
export const isNamed = (name: string): boolean => [...EVENTS, ...SEGMENTS, "journey", "of", "zone", "consent"].includes(name);

function useOptions(name: string): readonly Option[] {
  const { t } = useTranslation("graph");
  const { journey, id, kind } = useForm();
  const known = useQuery({ ...vocabulary, enabled: EVENTS.includes(name) || SEGMENTS.includes(name) });
  const journeys = useQuery({ ...journeysList, enabled: name === "journey" });
  if (EVENTS.includes(name)) return (known.data?.events ?? []).map(({ name: event }) => ({ value: event, label: event }));
  if (SEGMENTS.includes(name)) return (known.data?.segments ?? []).map(({ segment, name: title }) => ({ value: segment, label: title && title !== segment ? `${title} (${segment})` : segment }));
  if (name === "journey") return (journeys.data?.items ?? []).filter((row) => row.journey !== journey.journey).map((row) => ({ value: row.journey, label: row.name || row.journey }));
  if (name === "zone") return Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone }));
  if (name === "consent") return CHANNELS.map((channel) => ({ value: channel, label: t(`kind.${channel}`) }));
  const messages = new Set(before(journey, id).filter((each) => isMessage(journey.activities[each]?.type ?? "") || journey.activities[each]?.type === "webhook"));
  return kind === "wait_for_signal" ? graphOf(journey).nodes.filter((node) => messages.has(node.id)).map((node) => ({ value: node.id, label: titleOf(node, (key, fallback) => t(key, fallback)) })) : [];
}

export function NamedField({ setting, value, onChange, place }: FieldProps) {
  const { t } = useTranslation("journeys");
  const words = useFieldWords(setting, place);
  const options = useOptions(setting.name);
  const text = typeof value === "string" ? value : "";
  const write = (next: string | null) => onChange(next || (setting.required ? "" : undefined));
  // An event of which none has come yet is named by writing it.
  if (EVENTS.includes(setting.name))
    return <Autocomplete size="xs" {...words} data={options.map((option) => option.value)} value={text} onChange={write} placeholder={t("form.choose")} />;
  const all = text && !options.some((option) => option.value === text) ? [...options, { value: text, label: text }] : [...options];
  return <Select size="xs" {...words} searchable clearable={!setting.required} data={all} value={text || null} onChange={write} placeholder={t("form.choose")} nothingFoundMessage={t("form.nothing")} limit={100} />;
}
