/** Choose from a list of the CRM by typing; what is missed in the list is set up on the way. */
import { Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAdding } from "./adding";
import { NEW, withTyped } from "./codes";
import { useChoices } from "./lookups";

export interface CodeSelectProps {
  from: string;
  value: string;
  onChange: (value: string) => void;
  label?: string;
  /** The name of the field where no label is shown. */
  name?: string;
  placeholder?: string;
  /** Codes that are not offered. */
  without?: readonly string[];
  error?: string;
  disabled?: boolean;
  required?: boolean;
  onBlur?: () => void;
}

export function CodeSelect({ from, value, onChange, name, placeholder, without = [], error, required, ...rest }: CodeSelectProps) {
  const { t } = useTranslation("fields");
  const known = useChoices(from).filter((each) => !without.includes(each.value));
  const add = useAdding(from);
  const [search, setSearch] = useState("");
  const [wrong, setWrong] = useState<string | undefined>();
  const listed = value && !known.some((each) => each.value === value) ? [...known, { value, label: value }] : known;
  const choose = (chosen: string | null) => {
    setWrong(undefined);
    if (!chosen?.startsWith(NEW)) onChange(chosen ?? "");
    else if (add) add(chosen.slice(NEW.length)).then(onChange, (problem: Error) => setWrong(problem.message));
  };
  return (
    <Select
      {...rest}
      size="xs"
      required={required}
      aria-label={name}
      error={error ?? wrong}
      data={add ? withTyped(listed, search, (words) => t("set_up", { words })) : listed}
      value={value || null}
      onChange={choose}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      clearable={!required}
      clearButtonProps={{ "aria-label": t("clear") }}
      placeholder={placeholder ?? t("blank")}
      nothingFoundMessage={t(add ? "type_to_add" : "none_known")}
      limit={100}
    />
  );
}
