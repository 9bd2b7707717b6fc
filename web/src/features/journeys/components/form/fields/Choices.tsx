import { Chip, Group, Input, MultiSelect, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useForm } from "../context";
import { type FieldProps, useFieldWords } from "./props";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function useOptions({ setting: { name, options = [] } }: FieldProps) {
  const { t } = useTranslation("journeys");
  const week = options.every((option) => WEEK.includes(option));
  return (week ? WEEK : options).map((value) => ({ value, label: t([`option.${name}.${value}`, `option.${value}`], { defaultValue: value }) }));
}

export function ChoiceField(props: FieldProps) {
  const { setting, value, onChange, place } = props;
  const words = useFieldWords(setting, place);
  const given = typeof setting.default === "string" ? setting.default : null;
  return (
    <Select size="xs" {...words} data={useOptions(props)} value={typeof value === "string" ? value : given} allowDeselect={false} comboboxProps={{ withinPortal: true }}
      onChange={(next) => onChange(next === given ? undefined : (next ?? undefined))} />
  );
}

/** Days as chips; everything else in the order in which it was chosen. */
export function ChoicesField(props: FieldProps) {
  const { setting, value, onChange, place } = props;
  const { readOnly } = useForm();
  const words = useFieldWords(setting, place);
  const options = useOptions(props);
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const write = (next: string[]) => onChange(next.length || setting.required ? next : undefined);
  if (!WEEK.every((day) => setting.options?.includes(day)))
    return <MultiSelect size="xs" {...words} data={options} value={chosen} onChange={write} comboboxProps={{ withinPortal: true }} />;
  return (
    <Input.Wrapper size="xs" labelElement="div" {...words}>
      <Chip.Group multiple value={chosen} onChange={(next) => write(WEEK.filter((day) => next.includes(day)))}>
        <Group gap={4} mt={4} role="group" aria-label={words.label}>
          {options.map(({ value: day, label }) => (
            <Chip key={day} value={day} size="xs" variant="light" disabled={readOnly}>
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
