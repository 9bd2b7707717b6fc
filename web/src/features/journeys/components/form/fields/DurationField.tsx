import { Group, Input, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { readLength, UNITS, type Unit, writeLength } from "../../../model/lengths";
import { type FieldProps, useFieldWords } from "./props";

/** A number and a unit; what was written with several units stays a text. */
export function DurationField({ setting, value, onChange, place }: FieldProps) {
  const { t } = useTranslation("journeys");
  const { label, ...words } = useFieldWords(setting, place);
  const read = readLength(value);
  const given = readLength(setting.default);
  if (value != null && value !== "" && !read)
    return <TextInput size="xs" label={label} {...words} value={String(value)} onChange={(event) => onChange(event.currentTarget.value || undefined)} />;
  const unit = read?.unit ?? given?.unit ?? "days";
  return (
    <Input.Wrapper size="xs" label={label} labelElement="div" {...words}>
      <Group gap={6} wrap="nowrap" mt={2} role="group" aria-label={label}>
        <NumberInput size="xs" w={90} min={0} allowDecimal={false} aria-label={t("length.count")} placeholder={given ? String(given.count) : "–"} value={read?.count ?? ""} error={!!words.error}
          onChange={(count) => onChange(typeof count === "number" ? writeLength(count, unit) : undefined)} />
        <Select size="xs" flex={1} aria-label={t("length.unit")} allowDeselect={false} data={UNITS.map((each) => ({ value: each, label: t(`length.${each}`) }))} value={unit}
          onChange={(next) => onChange(writeLength(read?.count ?? given?.count ?? 1, (next ?? "days") as Unit))} />
      </Group>
    </Input.Wrapper>
  );
}
