/** How the CRM is set up, to read. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { reading } from "~/lib/api/client";

interface Row {
  name: string;
  value: unknown;
}

export function CrmSettings() {
  const { t } = useTranslation("settings");
  const settings = useQuery(reading("/api/crm/settings", {}));
  const columns: Column<Row>[] = [
    { key: "name", label: t("crm.setting"), cell: (row) => <><Text size="sm">{t(`crm.is.${row.name}`, row.name)}</Text><Text size="xs" c="dimmed" ff="monospace">{row.name}</Text></> },
    { key: "value", label: t("crm.value"), cell: (row) => <Value value={row.value} /> },
  ];
  return (
    <Panel title={t("tab.crm")}>
      <Text size="sm" c="dimmed" mb="sm" maw="48rem">{t("crm.hint")}</Text>
      <Loaded query={settings} what={t("tab.crm")} height={480}>
        {(found) => <Table label={t("rows", { of: t("tab.crm") })} columns={columns} rows={Object.entries(found).map(([name, value]) => ({ name, value }))} keyOf={(row) => row.name} />}
      </Loaded>
    </Panel>
  );
}

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation("settings");
  if (typeof value === "boolean") return <>{t(value ? "crm.yes" : "crm.no")}</>;
  if (Array.isArray(value)) return <>{value.join(", ") || "–"}</>;
  if (value && typeof value === "object") return <>{Object.entries(value).map(([name, each]) => `${name}: ${String(each)}`).join(", ") || "–"}</>;
  return <>{value === "" || value == null ? "–" : String(value)}</>;
}
