/** Chooses an attribute or a property; its type stands beside it. */
import { Group, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEditing } from "../context";

export interface Choice {
  /** Unique among the choices. */
  value: string;
  name: string;
  kind: string;
  group?: string;
}

export function PathField({ value, label, placeholder, choices, error, onChange }: { value: string | null; label: string; placeholder: string; choices: readonly Choice[]; error?: boolean; onChange: (value: string) => void }) {
  const { t } = useTranslation("rules");
  const { readOnly } = useEditing();
  const missing: Choice[] = value && !choices.some((each) => each.value === value) ? [{ value, name: value, kind: "" }] : [];
  const all = [...missing, ...choices];
  const groupOf = (each: Choice) => each.group ?? "";
  const groups = [...new Set(all.map(groupOf))];
  const item = ({ value: id, name }: Choice) => ({ value: id, label: name });
  const data = groups.length > 1 || groups[0] ? groups.map((group) => ({ group, items: all.filter((each) => groupOf(each) === group).map(item) })) : all.map(item);
  return (
    <Select
      size="xs" w={{ base: "100%", xs: "10rem" }} aria-label={label} placeholder={placeholder} data={data} value={value} error={error} disabled={readOnly} searchable allowDeselect={false} limit={300}
      maxDropdownHeight={320} nothingFoundMessage={t("nothing")} onChange={(next) => next && onChange(next)}
      renderOption={({ option }) => (
        <Group justify="space-between" wrap="nowrap" w="100%" gap="sm">
          <Text size="xs">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {t(`kind.${all.find((each) => each.value === option.value)?.kind || "unknown"}`)}
          </Text>
        </Group>
      )}
    />
  );
}
