import { NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { type FieldProps, useFieldWords } from "./props";

export function TextField({ setting, value, onChange, place }: FieldProps) {
  const words = useFieldWords(setting, place);
  const shared = { size: "xs", ...words, value: typeof value === "string" ? value : value == null ? "" : JSON.stringify(value) } as const;
  const write = (text: string) => onChange(text === "" && !setting.required ? undefined : text);
  if (setting.name === "description") return <Textarea {...shared} autosize minRows={2} onChange={(event) => write(event.currentTarget.value)} />;
  return <TextInput {...shared} onChange={(event) => write(event.currentTarget.value)} />;
}

export function NumberField({ setting, value, onChange, place }: FieldProps) {
  const words = useFieldWords(setting, place);
  const given = typeof setting.default === "number" ? String(setting.default) : undefined;
  return (
    <NumberInput size="xs" {...words} placeholder={given} min={0} allowDecimal={setting.form === "number"} suffix={setting.name === "percent" ? " %" : undefined} value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(typeof next === "number" ? next : undefined)} />
  );
}

export function FlagField({ setting, value, onChange, place }: FieldProps) {
  const { label, description, error } = useFieldWords(setting, place);
  const on = typeof value === "boolean" ? value : setting.default === true;
  return <Switch size="xs" label={label} description={description} error={error} checked={on} onChange={(event) => onChange(event.currentTarget.checked === (setting.default === true) ? undefined : event.currentTarget.checked)} />;
}
