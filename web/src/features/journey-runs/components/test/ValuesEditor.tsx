/** Some names with values: attributes of a person, properties of an event; added one by one. */
import { ActionIcon, Group, NativeSelect, Select, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface Named {
  name: string;
  kind: string;
}
interface Props {
  label: string;
  names: readonly Named[];
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

export function ValuesEditor({ label, names, values, onChange }: Props) {
  const { t } = useTranslation("journey-runs");
  const left = names.filter(({ name }) => !(name in values)).map(({ name }) => name);
  const kinds = new Map(names.map(({ name, kind }) => [name, kind]));
  const drop = (name: string) => {
    const { [name]: _, ...rest } = values;
    onChange(rest);
  };
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {Object.entries(values).map(([name, value]) => (
        <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
          {kinds.get(name) === "boolean" ? (
            <NativeSelect size="xs" flex={1} label={name} value={value} data={[{ value: "", label: "–" }, { value: "true", label: t("values.yes") }, { value: "false", label: t("values.no") }]} onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })} />
          ) : (
            <TextInput size="xs" flex={1} label={name} value={value} placeholder={kinds.get(name)} inputMode={["integer", "decimal"].includes(kinds.get(name) ?? "") ? "decimal" : undefined} onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })} />
          )}
          <ActionIcon size="md" variant="subtle" color="gray" aria-label={t("values.drop", { name })} onClick={() => drop(name)}><span aria-hidden>✕</span></ActionIcon>
        </Group>
      ))}
      {left.length > 0 && <Select size="xs" label={label} placeholder={t("values.add")} data={left} value={null} searchable limit={50} onChange={(name) => name && onChange({ ...values, [name]: "" })} />}
    </Stack>
  );
}
