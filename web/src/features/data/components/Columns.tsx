/** The columns of a file, and what each is. */
import { Select, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, Table } from "~/components/table/Table";
import { type Choice, chosen, type Role, rolesOf, type What } from "../model/mapping";

export function Columns({ choices, what, onChange }: { choices: Choice[]; what: What; onChange: (choices: Choice[]) => void }) {
  const { t } = useTranslation("data");
  if (choices.length === 0) return null;
  const roles = rolesOf(what).map((value) => ({ value, label: t(value === "property" && what === "profiles" ? "role.attribute" : `role.${value}`) }));
  const columns: Column<Choice>[] = [
    { key: "column", label: t("upload.column"), cell: (row) => <Text span inherit ff="monospace">{row.column}</Text> },
    { key: "role", label: t("upload.is"), cell: (row) => <Select size="xs" w={200} aria-label={t("upload.what_is", { column: row.column })} data={roles} value={row.role} allowDeselect={false} onChange={(role) => role && onChange(chosen(choices, row.column, role as Role))} /> },
    { key: "name", label: t("upload.called"), cell: (row) => row.role === "property" && <TextInput size="xs" w={180} aria-label={t("upload.name_of", { column: row.column })} placeholder={row.column} value={row.name} onChange={(event) => onChange(choices.map((each) => (each === row ? { ...each, name: event.target.value } : each)))} /> },
  ];
  return <Table label={t("upload.columns")} columns={columns} rows={choices} keyOf={(row) => row.column} />;
}
