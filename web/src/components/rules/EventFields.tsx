/** A condition on what somebody did: which events, how many or how much, when, and which of them count. */
import { Box, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChange, useEditing } from "./context";
import { type EventRule, group } from "./model/rule";
import { eventScope } from "./model/vocabulary";
import { GroupBox } from "./GroupBox";
import { MeasureFields } from "./parts/MeasureFields";
import { PathField } from "./parts/PathField";
import { WindowFields } from "./parts/WindowFields";

export function EventFields({ rule }: { rule: EventRule }) {
  const { t } = useTranslation("rules");
  const { vocabulary, gaps } = useEditing();
  const change = useChange(rule);
  const gap = gaps.get(rule.id);
  const scope = eventScope(vocabulary, rule.event, rule.over);
  const choices = vocabulary.events.map(({ name }) => ({ value: name, name, kind: "event" }));
  // Another event has other properties: filters and sums of the one before would mean nothing.
  const turn = (event: string) => change({ event, ...(rule.event && { where: group(), over: null, measure: { kind: "count", of: null }, ...(rule.measure.kind !== "count" && { test: null }) }) });
  return (
    <>
      <PathField value={rule.event || null} label={t("field.event")} placeholder={t("choose.event")} choices={choices} error={gap === "event"} onChange={turn} />
      {rule.event && (
        <>
          <MeasureFields rule={rule} scope={scope} invalid={gap === "property" || gap === "value"} onChange={change} />
          <WindowFields window={rule.window} invalid={gap === "window"} onChange={(window, field) => change({ window }, field)} />
        </>
      )}
    </>
  );
}

/** Which of the events count; below the fields, as wide as the condition. */
export function EventFilter({ rule }: { rule: EventRule }) {
  const { t } = useTranslation("rules");
  const { vocabulary, readOnly } = useEditing();
  if (!rule.event || (readOnly && !rule.where.rules.length)) return null;
  return (
    <Box ml={{ base: 0, xs: "md" }}>
      {rule.where.rules.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t(rule.over ? "where.items" : "where.events", { event: rule.event, list: rule.over })}
        </Text>
      )}
      <GroupBox group={rule.where} scope={eventScope(vocabulary, rule.event, rule.over)} filter />
    </Box>
  );
}
