/** What each column of a file is taken for. */
import { Select, Table as Frame, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fileFields } from "../../api/contacts";

export function Mapping({ columns, value, onChange }: { columns: string[]; value: Record<string, string>; onChange: (value: Record<string, string>) => void }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const { data } = useQuery({ ...fileFields, staleTime: Infinity });
  const options = (data ?? []).map((name) => ({ value: name, label: t([`import.field.${name}`, `fields:field.${name}`]) }));
  const taken = new Map<string, number>();
  for (const field of Object.values(value)) if (field) taken.set(field, (taken.get(field) ?? 0) + 1);
  return (
    <Frame verticalSpacing={4} maw="44rem">
      <Frame.Thead>
        <Frame.Tr>
          <Frame.Th>{t("import.column")}</Frame.Th>
          <Frame.Th>{t("import.taken")}</Frame.Th>
        </Frame.Tr>
      </Frame.Thead>
      <Frame.Tbody>
        {columns.map((column) => (
          <Frame.Tr key={column}>
            <Frame.Td>{column}</Frame.Td>
            <Frame.Td>
              <Select
                size="xs"
                aria-label={t("import.of", { column })}
                data={options}
                value={value[column] || null}
                onChange={(field) => onChange({ ...value, [column]: field ?? "" })}
                placeholder={t("import.left_out")}
                searchable
                clearable
                clearButtonProps={{ "aria-label": t("fields:clear") }}
                error={(taken.get(value[column] ?? "") ?? 0) > 1 ? t("import.twice") : undefined}
              />
            </Frame.Td>
          </Frame.Tr>
        ))}
        {columns.length === 0 && (
          <Frame.Tr>
            <Frame.Td colSpan={2}>
              <Text size="sm" c="dimmed">
                {t("import.no_columns")}
              </Text>
            </Frame.Td>
          </Frame.Tr>
        )}
      </Frame.Tbody>
    </Frame>
  );
}
