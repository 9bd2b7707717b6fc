/** Text with places to fill in, such as `{{ profile.first_name }}`; longer parts grow with what is written. */
import { Menu, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { vocabulary } from "~/components/rules/api";
import { paths } from "~/components/rules/model/vocabulary";
import { useForm } from "../context";
import { type FieldProps, useFieldWords } from "./props";

const LONG = ["body", "html", "text"];
const MOST = 60;

export function TemplateField({ setting, value, onChange, place }: FieldProps) {
  const { readOnly } = useForm();
  const words = useFieldWords(setting, place);
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const text = typeof value === "string" ? value : value == null ? "" : JSON.stringify(value);
  const write = (next: string) => onChange(next === "" && !setting.required ? undefined : next);
  const insert = (name: string) => {
    const at = field.current?.selectionStart ?? text.length;
    write(`${text.slice(0, at)}{{ profile.${name} }}${text.slice(field.current?.selectionEnd ?? at)}`);
  };
  const shared = { size: "xs", ref: field, ...words, value: text } as const;
  const mono = setting.name === "html" ? { input: { fontFamily: "var(--mantine-font-family-monospace)" } } : undefined;
  const side = readOnly ? undefined : <Insert onInsert={insert} label={words.label} />;
  if (LONG.includes(setting.name))
    return <Textarea {...shared} autosize minRows={setting.name === "text" ? 2 : 4} maxRows={18} styles={mono} rightSection={side} rightSectionProps={TOP} onChange={(event) => write(event.currentTarget.value)} />;
  return <TextInput {...shared} rightSection={side} onChange={(event) => write(event.currentTarget.value)} />;
}

const TOP = { style: { alignItems: "flex-start", paddingTop: 6 } };

/** Attributes of the person, to put in where the cursor is. */
function Insert({ onInsert, label }: { onInsert: (name: string) => void; label: string }) {
  const { t } = useTranslation("journeys");
  const { data } = useQuery(vocabulary);
  const names = data ? paths(data.attributes).slice(0, MOST) : [];
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label={t("template.insert", { label })} title={t("template.insert", { label })} fz="xs" c="dimmed">
          {"{ }"}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={280} style={{ overflowY: "auto" }}>
        {names.map(({ name }) => (
          <Menu.Item key={name} onClick={() => onInsert(name)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
