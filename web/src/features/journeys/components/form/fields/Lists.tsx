import { ActionIcon, Button, Group, Input, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type FieldProps, useFieldWords } from "./props";

export function ListField({ setting, value, onChange, place }: FieldProps) {
  const words = useFieldWords(setting, place);
  const items = Array.isArray(value) ? value.map(String) : [];
  return <TagsInput size="xs" {...words} value={items} onChange={(next) => onChange(next.length ? next : undefined)} />;
}

const isExpression = (value: unknown): value is { journey: string } => typeof value === "object" && value !== null && "journey" in value;
const written = (value: unknown): string => (isExpression(value) ? `= ${value.journey}` : typeof value === "string" ? value : JSON.stringify(value));

/** A text stays a text; numbers, yes and no are read as such; what begins with `=` is an expression. */
function read(text: string): unknown {
  if (text.startsWith("=")) return { journey: text.slice(1).trim() };
  if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(text)) return JSON.parse(text) as unknown;
  return text;
}

/** Names and values, a line for each. */
export function MapField({ setting, value, onChange, place }: FieldProps) {
  const { t } = useTranslation("journeys");
  const words = useFieldWords(setting, place);
  const [rows, set] = useState<[string, unknown][]>(() => Object.entries((value as Record<string, unknown> | undefined) ?? {}));
  const write = (next: [string, unknown][]) => {
    set(next);
    const said = next.filter(([name]) => name !== "");
    onChange(said.length || setting.required ? Object.fromEntries(said) : undefined);
  };
  const change = (place: number, row: [string, unknown]) => write(rows.map((each, at) => (at === place ? row : each)));
  return (
    <Input.Wrapper size="xs" labelElement="div" {...words}>
      <Stack gap={6} mt={4}>
        {rows.map(([name, held], at) => (
          <Group key={at} gap={6} wrap="nowrap">
            <TextInput size="xs" flex={1} aria-label={t("map.name")} placeholder={t("map.name")} value={name} onChange={(event) => change(at, [event.currentTarget.value, held])} />
            <TextInput size="xs" flex={1} aria-label={t("map.value", { name })} placeholder={t("map.placeholder")} value={written(held)} onChange={(event) => change(at, [name, read(event.currentTarget.value)])} />
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t("map.remove", { name })} onClick={() => write(rows.filter((_, each) => each !== at))}>
              ✕
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-xs" variant="default" w="fit-content" onClick={() => set([...rows, ["", ""]])}>
          {t("map.add")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
