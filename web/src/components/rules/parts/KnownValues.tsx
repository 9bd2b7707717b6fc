/** Fields for a text with the values that the data holds, and how often: one of them, or several. */
import { Autocomplete, Group, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import { type Asked, type Known, useKnown } from "../api";

interface Props {
  asked: Asked;
  label: string;
  error?: boolean;
  disabled?: boolean;
}

/** Values may be longer than their field. */
const WIDE = { width: 260, position: "bottom-start" } as const;

/** All that is offered fits what was typed already: the server searched. */
const asGiven = ({ options }: { options: unknown[] }) => options as never;

const option = (known: readonly Known[]) =>
  function Known({ option: { value } }: { option: { value: string } }) {
    const count = known.find((each) => each.value === value)?.count;
    return (
      <Group justify="space-between" wrap="nowrap" w="100%" gap="sm">
        <Text size="xs">{value}</Text>
        {count !== undefined && (
          <Text size="xs" c="dimmed">
            {number(count)}
          </Text>
        )}
      </Group>
    );
  };

export function OneKnown({ asked, label, error, disabled, value, onChange }: Props & { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("rules");
  const [on, look] = useState(false);
  // What was chosen is no search: all values are offered again.
  const [typed, type] = useState("");
  const { values } = useKnown(asked, typed, on);
  return (
    <Autocomplete
      size="xs" w={{ base: "100%", xs: "10rem" }} aria-label={label} placeholder={t("value.text")} value={value} error={error} disabled={disabled}
      data={values.map((each) => each.value)} filter={asGiven} renderOption={option(values)} maxDropdownHeight={280} comboboxProps={WIDE}
      onFocus={() => look(true)}
      onChange={(text) => {
        type(text);
        onChange(text);
      }}
      onOptionSubmit={() => type("")}
    />
  );
}

export function ManyKnown({ asked, label, error, disabled, value, onChange }: Props & { value: string[]; onChange: (value: string[]) => void }) {
  const { t } = useTranslation("rules");
  const [on, look] = useState(false);
  const [typed, type] = useState("");
  const { values } = useKnown(asked, typed, on);
  return (
    <TagsInput
      size="xs" miw="12rem" maw="100%" style={{ flex: "1 1 14rem" }} aria-label={label} placeholder={value.length ? undefined : t("value.many")} value={value} error={error} disabled={disabled}
      data={values.map((each) => each.value)} filter={asGiven} renderOption={option(values)} maxDropdownHeight={280} comboboxProps={WIDE} splitChars={["|", ";"]}
      searchValue={typed} onSearchChange={type} onFocus={() => look(true)} onChange={onChange} acceptValueOnBlur
    />
  );
}
