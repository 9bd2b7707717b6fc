/** Finds one person by id, e-mail or any other text that is known of her, and gives the id of her profile. */
import { Group, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Soon } from "~/components/Soon";
import { asking, reading } from "~/lib/api/client";
import { found, type Person } from "./person/model";

export interface PersonPickerProps {
  /** Id of the profile that is chosen. */
  value: string | null;
  onPick: (profile: string | null) => void;
  label?: string;
  /** Only members of this segment are offered. */
  segment?: string;
  autoFocus?: boolean;
}

const MOST = 12;

export function PersonPicker(props: PersonPickerProps) {
  return (
    <Soon height={61}>
      <Picker {...props} />
    </Soon>
  );
}

function Picker({ value, onPick, label, segment, autoFocus }: PersonPickerProps) {
  const { t } = useTranslation("person");
  const [text, setText] = useState("");
  const chosen = useChosen(value);
  const [search] = useDebouncedValue(text.trim(), 200);
  // The text of somebody who is chosen is not a search.
  const asked = search === chosen?.label ? "" : search;
  const query = useQuery({
    ...asking("/api/profiles/find", { body: { search: asked || null, segment: segment ?? null, limit: MOST, sort: "appeared", total: false } }),
    placeholderData: keepPreviousData,
  });
  const people = found(query.data?.items ?? []);
  const known = chosen && !people.some((person) => person.value === chosen.value) ? (asked ? [...people, chosen] : [chosen, ...people]) : people;
  return (
    <Select
      size="sm"
      label={label ?? t("label")}
      placeholder={t("placeholder")}
      data={known}
      value={value}
      onChange={onPick}
      searchable
      clearable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t(query.isFetching ? "searching" : query.error ? "failed" : "nobody")}
      renderOption={({ option }) => <Option person={option as Person} />}
      data-autofocus={autoFocus || undefined}
      maxDropdownHeight={320}
      clearButtonProps={{ "aria-label": t("clear") }}
    />
  );
}

/** Who is chosen, by name as soon as it is known: she need not be among those who were just found. */
function useChosen(value: string | null): Person | null {
  const query = useQuery({ ...reading("/api/profiles/{profile}", { path: { profile: value ?? "" } }), enabled: value !== null, staleTime: 60_000 });
  if (value === null) return null;
  return found([{ ...query.data?.attributes, profile_id: value }])[0] ?? { value, label: value, about: "" };
}

function Option({ person }: { person: Person }) {
  return (
    <Stack gap={0}>
      <Group gap="xs">
        <Text size="sm">{person.label}</Text>
      </Group>
      {person.about && (
        <Text size="xs" c="dimmed" lineClamp={1}>
          {person.about}
        </Text>
      )}
    </Stack>
  );
}
