/** A length of time: a number and a unit, or the text itself where it is longer than that. */
import { Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LENGTH_UNITS, type LengthUnit, printLength, readLength } from "../model/lengths";

export function LengthField({ value, label, disabled, onChange }: { value: string; label: string; disabled?: boolean; onChange: (value: string) => void }) {
  const { t } = useTranslation("rules");
  const length = readLength(value) ?? (value.trim() ? null : { count: NaN, unit: "day" as const });
  if (!length) return <TextInput size="xs" w="11rem" aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)} />;
  const units = LENGTH_UNITS.map((unit) => ({ value: unit, label: t(`unit.${unit}`, { count: length.count || 2 }) }));
  return (
    <Group gap={4} wrap="nowrap">
      <NumberInput size="xs" w="3.6rem" min={0} max={100_000} allowDecimal={false} allowNegative={false} hideControls aria-label={label} disabled={disabled}
        value={Number.isNaN(length.count) ? "" : length.count} error={!length.count}
        onChange={(count) => onChange(count === "" ? `0 ${length.unit}s` : printLength({ ...length, count: Number(count) }))} />
      <Select size="xs" w="6.2rem" aria-label={t("unit.label", { of: label })} data={units} value={length.unit} disabled={disabled} allowDeselect={false}
        onChange={(unit) => unit && onChange(printLength({ count: length.count || 0, unit: unit as LengthUnit }))} />
    </Group>
  );
}
