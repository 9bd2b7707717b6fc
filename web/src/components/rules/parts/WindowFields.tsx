/** When events happened: ever, in a stretch of time that moves on, in calendar units, between dates. */
import { Checkbox, Code, Group, NumberInput, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEditing } from "../context";
import type { Window } from "../model/rule";
import { UnitField, ZoneField } from "./Calendar";
import { DateField } from "./DateField";
import { LengthField } from "./LengthField";

const KINDS = ["ever", "in_last", "more_than_ago", "between_ages", "this", "last", "last_units", "dates"] as const;
const START: Record<(typeof KINDS)[number], Window> = {
  ever: { kind: "ever" },
  in_last: { kind: "in_last", length: "30 days" },
  more_than_ago: { kind: "more_than_ago", length: "30 days" },
  between_ages: { kind: "between_ages", newest: "30 days", oldest: "60 days" },
  this: { kind: "this", unit: "month" },
  last: { kind: "last", unit: "month" },
  last_units: { kind: "last_units", unit: "month", count: 3, current: false },
  dates: { kind: "dates", from: "", until: "" },
};

/** Another kind of window; a length or a unit that stands there is taken along. */
function turned(window: Window, kind: (typeof KINDS)[number]): Window {
  const next = START[kind];
  const zone = "zone" in window && window.zone ? { zone: window.zone } : {};
  if ("length" in next && "length" in window) return { ...next, length: window.length };
  if ("unit" in next && "unit" in window) return { ...next, unit: window.unit, ...zone } as Window;
  return next;
}

export function WindowFields({ window, invalid, onChange }: { window: Window; invalid: boolean; onChange: (window: Window, field?: string) => void }) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const kinds = KINDS.map((kind) => ({ value: kind as string, label: t(`window.${kind}`) }));
  const data = window.kind === "kept" ? [{ value: "kept", label: t("window.kept") }, ...kinds] : kinds;
  return (
    <Group gap={6}>
      <Select size="xs" w={{ base: "100%", xs: "9rem" }} aria-label={t("field.window")} data={data} value={window.kind} disabled={readOnly} allowDeselect={false} maxDropdownHeight={320}
        onChange={(kind) => kind && kind !== "kept" && onChange(turned(window, kind as (typeof KINDS)[number]))} />
      <Ends window={window} invalid={invalid} disabled={readOnly} onChange={onChange} />
      {"unit" in window && window.kind !== "last_units" && <ZoneField value={window.zone} disabled={readOnly} onChange={(zone) => onChange({ ...window, zone })} />}
    </Group>
  );
}

function Ends({ window, invalid, disabled, onChange }: { window: Window; invalid: boolean; disabled: boolean; onChange: (window: Window, field?: string) => void }) {
  const { t } = useTranslation("rules");
  const label = t("field.window");
  switch (window.kind) {
    case "ever":
      return null;
    case "in_last":
    case "more_than_ago":
      return <LengthField value={window.length} label={label} disabled={disabled} onChange={(length) => onChange({ ...window, length }, "window")} />;
    case "between_ages":
      return (
        <>
          <LengthField value={window.newest} label={t("field.newest")} disabled={disabled} onChange={(newest) => onChange({ ...window, newest }, "newest")} />
          <Text size="xs" lh="30px">{t("and")}</Text>
          <LengthField value={window.oldest} label={t("field.oldest")} disabled={disabled} onChange={(oldest) => onChange({ ...window, oldest }, "oldest")} />
          <Text size="xs" lh="30px">{t("ago")}</Text>
        </>
      );
    case "this":
    case "last":
      return <UnitField value={window.unit} label={label} disabled={disabled} onChange={(unit) => onChange({ ...window, unit })} />;
    case "last_units":
      return (
        <>
          <NumberInput size="xs" w="4.2rem" min={1} hideControls allowDecimal={false} aria-label={label} value={window.count || ""} error={invalid} disabled={disabled} onChange={(count) => onChange({ ...window, count: Number(count) || 0 }, "window")} />
          <UnitField value={window.unit} label={t("unit.label", { of: label })} count={window.count} disabled={disabled} onChange={(unit) => onChange({ ...window, unit })} />
          <ZoneField value={window.zone} disabled={disabled} onChange={(zone) => onChange({ ...window, zone })} />
          <Checkbox size="xs" label={t("current")} checked={window.current} disabled={disabled} onChange={(event) => onChange({ ...window, current: event.currentTarget.checked })} />
        </>
      );
    case "dates":
      return (
        <>
          <DateField value={window.from} label={t("field.from")} error={invalid} disabled={disabled} onChange={(from) => onChange({ ...window, from: from ?? "" }, "from")} />
          <Text size="xs" lh="30px">{t("until")}</Text>
          <DateField value={window.until} label={t("field.until")} error={invalid} disabled={disabled} onChange={(until) => onChange({ ...window, until: until ?? "" }, "until")} />
          <ZoneField value={window.zone} disabled={disabled} onChange={(zone) => onChange({ ...window, zone })} />
        </>
      );
    case "kept":
      return <Code>{JSON.stringify(window.shape)}</Code>;
  }
}
