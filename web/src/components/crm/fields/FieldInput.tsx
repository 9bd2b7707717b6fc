/** One field of the CRM: the input that fits its type, with its words, its list to choose from and what is wrong with it. */
import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CodeSelect } from "./CodeSelect";
import { ContactPicker } from "./ContactPicker";
import type { Field, Value } from "./spec";

export interface InputProps {
  field: Field;
  value: Value | undefined;
  onChange: (value: Value) => void;
  /** Called when the field is left: by typing nothing is decided yet. */
  onLeave?: () => void;
  error?: string;
  disabled?: boolean;
  /** The first of a form, where typing begins. */
  first?: boolean;
}

export function FieldInput({ field, value, onChange, onLeave, error, disabled, first }: InputProps) {
  const { t } = useTranslation("fields");
  const common = { label: t(`field.${field.label ?? field.name}`), error, disabled, required: field.required, size: "xs" as const, onBlur: onLeave };
  const text = String(value ?? "");
  switch (field.kind) {
    case "flag":
      return <Checkbox {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case "number":
    case "integer":
      return <NumberInput {...common} value={typeof value === "boolean" ? "" : (value ?? "")} onChange={onChange} allowDecimal={field.kind === "number"} hideControls classNames={{ input: "num" }} />;
    case "date":
      return <TextInput {...common} type="date" value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "long":
      return <Textarea {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} autosize minRows={2} maxRows={8} />;
    case "choice":
      return (
        <Select
          {...common}
          data={(field.options ?? []).map((each) => ({ value: each, label: t(`choice.${each}`) }))}
          value={text || null}
          onChange={(chosen) => onChange(chosen ?? "")}
          clearable={!field.required}
          allowDeselect={!field.required}
          clearButtonProps={{ "aria-label": t("clear") }}
          placeholder={t("blank")}
        />
      );
    case "code":
      return <CodeSelect {...common} from={field.from ?? ""} value={text} onChange={onChange} />;
    case "contact":
      return <ContactPicker {...common} value={text} onChange={onChange} />;
    default:
      return <TextInput {...common} data-autofocus={first || undefined} type={field.type ?? "text"} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
