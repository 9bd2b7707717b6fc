import { TextInput } from "@mantine/core";
import { type FieldProps, useFieldWords } from "./props";

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** A local date and time; what was written as an instant stays as it is. */
export function MomentField({ setting, value, onChange, place }: FieldProps) {
  const words = useFieldWords(setting, place);
  const text = typeof value === "string" ? value : "";
  const local = text === "" || LOCAL.test(text);
  return <TextInput size="xs" {...words} type={local ? "datetime-local" : "text"} value={text} onChange={(event) => onChange(event.currentTarget.value || undefined)} />;
}
