/** What the list is narrowed by: a text first, then the choices that people make most. */
import { Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/components/crm/fields";
import type { View } from "../../model/query";

export function Narrow({ view, onChange }: { view: View; onChange: (changes: Partial<View>) => void }) {
  const { t } = useTranslation(["contacts", "fields"]);
  return (
    <Group gap="xs" align="flex-end" component="search">
      <Search value={String(view.search)} onChange={(search) => onChange({ search })} />
      <SegmentedControl
        size="xs"
        value={view.type}
        onChange={(type) => onChange({ type })}
        aria-label={t("fields:field.type")}
        data={[
          { value: "", label: t("type.all") },
          { value: "company", label: t("type.company") },
          { value: "person", label: t("type.person") },
        ]}
      />
      <Choice label={t("fields:field.salesperson_code")} from="salesperson" value={view.salesperson} onChange={(salesperson) => onChange({ salesperson })} />
      <Choice label={t("fields:field.country_code")} from="country" value={view.country} onChange={(country) => onChange({ country })} />
      <Choice label={t("kind.mailing_group")} from="mailing_group" value={view.group} onChange={(group) => onChange({ group })} />
    </Group>
  );
}

function Choice({ label, from, value, onChange }: { label: string; from: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("fields");
  const data = useChoices(from);
  return (
    <Select
      size="xs"
      w="10rem"
      aria-label={label}
      placeholder={label}
      data={value && !data.some((each) => each.value === value) ? [{ value, label: value }, ...data] : data}
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? "")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
    />
  );
}

/** Typing is not asking: the list follows when somebody pauses, and what is typed never jumps back. */
function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("contacts");
  const [typed, setTyped] = useState(value);
  const later = useDebouncedCallback(onChange, 250);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      size="xs"
      w={{ base: "100%", xs: "16rem" }}
      type="search"
      aria-label={t("common:search")}
      placeholder={t("search")}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
