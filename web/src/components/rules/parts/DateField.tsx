/** A day, or a day with a time, in the browser's own field. What is not of that form stays as the text it is. */
import { TextInput } from "@mantine/core";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

export function DateField({ value, label, error, disabled, onChange }: { value: string; label: string; error?: boolean; disabled?: boolean; onChange: (value: string | null) => void }) {
  const type = value === "" || DAY.test(value) ? "date" : TIME.test(value) ? "datetime-local" : "text";
  return (
    <TextInput size="xs" w={type === "date" ? "9.5rem" : "13rem"} type={type} aria-label={label} value={value} error={error} disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value || null)} />
  );
}
