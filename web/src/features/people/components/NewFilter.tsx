/** An attribute, what is asked of it, and a value, of which the known ones are offered with how often they occur. */
import { Autocomplete, Button, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { reading, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { type Comparator, COMPARATORS, type Filter, kindOf, needsValue, valueOf } from "../model/filters";

export function NewFilter({ attributes, onAdd }: { attributes: readonly Schemas["AttributeName"][]; onAdd: (filter: Filter) => void }) {
  const { t } = useTranslation("people");
  const [attribute, choose] = useState<string | null>(null);
  const [comparator, compare] = useState<Comparator>("is");
  const [text, type] = useState("");
  const kind = kindOf(attributes.find(({ name }) => name === attribute)?.kind ?? "string");
  const value = needsValue(comparator) ? valueOf(text, kind) : null;
  const pick = (name: string | null) => {
    choose(name);
    compare(COMPARATORS[kindOf(attributes.find((each) => each.name === name)?.kind ?? "string")][0]);
    type("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (attribute && value !== undefined) onAdd({ attribute, comparator, value });
  };
  const used = attributes.filter((each) => each.profiles > 0);
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" w={250}>
        <Select size="xs" label={t("filter.attribute")} data={used.map(({ name }) => name)} value={attribute} onChange={pick} searchable data-autofocus comboboxProps={{ withinPortal: false }} />
        <Select size="xs" label={t("filter.comparator")} disabled={!attribute} allowDeselect={false} value={comparator} onChange={(each) => each && compare(each as Comparator)} comboboxProps={{ withinPortal: false }}
          data={COMPARATORS[kind].map((each) => ({ value: each, label: t(`comparator.${each}`) }))} />
        {attribute && needsValue(comparator) && <Wanted key={attribute} attribute={attribute} kind={kind} text={text} onType={type} />}
        <Button type="submit" size="xs" disabled={!attribute || value === undefined}>
          {t("filter.apply")}
        </Button>
      </Stack>
    </form>
  );
}

function Wanted({ attribute, kind, text, onType }: { attribute: string; kind: ReturnType<typeof kindOf>; text: string; onType: (text: string) => void }) {
  const { t } = useTranslation("people");
  const [search] = useDebouncedValue(text, 200);
  const query = useQuery({ ...reading("/api/attributes/{attribute}/values", { path: { attribute }, query: { search: search || null, limit: 20 } }), enabled: kind === "text", placeholderData: keepPreviousData });
  const label = t("filter.value");
  if (kind === "number") return <NumberInput size="xs" label={label} value={text} onChange={(value) => onType(String(value))} hideControls />;
  if (kind === "boolean")
    return <Select size="xs" label={label} value={text || null} onChange={(value) => onType(value ?? "")} data={[{ value: "true", label: t("yes") }, { value: "false", label: t("no") }]} comboboxProps={{ withinPortal: false }} />;
  const counts = new Map((query.data?.items ?? []).map(({ value, count }) => [value, count]));
  return (
    <Autocomplete size="xs" label={label} value={text} onChange={onType} data={[...counts.keys()]} filter={({ options }) => options} maxDropdownHeight={220} comboboxProps={{ withinPortal: false }}
      renderOption={({ option }) => (
        <Text size="xs" style={{ flex: 1, display: "flex", justifyContent: "space-between", gap: 12 }}>
          <span>{option.value}</span>
          <Text span size="xs" c="dimmed">{number(counts.get(option.value) ?? 0)}</Text>
        </Text>
      )}
    />
  );
}
