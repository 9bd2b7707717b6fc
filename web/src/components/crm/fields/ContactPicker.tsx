/** Choose a contact by name, number or address out of however many there are. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rowsOf, useContactSearch, useNames } from "./lookups";
import type { Contact } from "./rows";

export interface PickerProps {
  label: string;
  value: string;
  onChange: (no: string) => void;
  only?: "company" | "person";
  error?: string;
  disabled?: boolean;
  required?: boolean;
  size?: "xs" | "sm";
  onBlur?: () => void;
}

const shown = (row: Contact): string => [row.name || row.no, row.type === "person" ? row.company_name : row.city, row.no].filter(Boolean).join(" · ");

export function ContactPicker({ value, onChange, only, ...rest }: PickerProps) {
  const { t } = useTranslation("fields");
  const [search, setSearch] = useState("");
  const [picked, pick] = useState<Contact | undefined>();
  const named = useNames([value]).get(value);
  const chosen = named ?? (picked?.no === value ? picked : undefined);
  const [asked] = useDebouncedValue(chosen && search === shown(chosen) ? "" : search, 200);
  const found = rowsOf<Contact>(useContactSearch(asked, only).data);
  const data = found.map((row) => ({ value: row.no, label: shown(row) }));
  if (value && !data.some((each) => each.value === value)) data.unshift({ value, label: chosen ? shown(chosen) : value });
  return (
    <Select
      size="xs"
      {...rest}
      data={data}
      value={value || null}
      onChange={(no) => {
        pick(found.find((row) => row.no === no));
        onChange(no ?? "");
      }}
      searchable
      clearable={!rest.required}
      clearButtonProps={{ "aria-label": t("clear") }}
      searchValue={search}
      onSearchChange={setSearch}
      filter={({ options }) => options}
      placeholder={t("search_contact")}
      nothingFoundMessage={t("none_found")}
    />
  );
}
