/** What the list can show of a contact. */
import { Anchor, Badge, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Contact } from "~/components/crm/fields";
import type { Column } from "~/components/table/Table";
import { day } from "~/lib/i18n/format";

export const FIRST_COLUMNS = ["name", "no", "company_name", "email", "phone_no", "city", "salesperson_code"];

export function useContactColumns(): Column<Contact>[] {
  const { t } = useTranslation(["contacts", "fields"]);
  const plain = (key: keyof Contact, width?: string): Column<Contact> => ({
    key,
    label: t(`fields:field.${key}`),
    sortable: true,
    width,
    cell: (row) => String(row[key] ?? ""),
  });
  return [
    { key: "name", label: t("fields:field.name"), sortable: true, cell: (row) => <Name row={row} /> },
    plain("no", "7rem"),
    { key: "type", label: t("fields:field.type"), sortable: true, cell: (row) => t(`fields:choice.${row.type}`) },
    { key: "company_name", label: t("fields:field.company_name"), sortable: true, cell: (row) => (row.type === "person" ? row.company_name : "") },
    plain("job_title"),
    { key: "email", label: t("fields:field.email"), sortable: true, cell: (row) => row.email && <Anchor href={`mailto:${row.email}`} size="sm">{row.email}</Anchor> },
    { key: "phone_no", label: t("fields:field.phone_no"), sortable: true, cell: (row) => <span style={{ whiteSpace: "nowrap" }}>{row.phone_no}</span> },
    plain("mobile_phone_no"),
    plain("city"),
    plain("post_code"),
    plain("country_code"),
    plain("territory_code"),
    plain("salesperson_code"),
    plain("language_code"),
    { key: "created_on", label: t("fields:field.created_on"), sortable: true, cell: (row) => day(row.created_on) },
  ];
}

function Name({ row }: { row: Contact }) {
  const { t } = useTranslation("contacts");
  return (
    <>
      <Anchor component={Link} to={`/contacts/${encodeURIComponent(row.no)}`} size="sm" fw={500} display="inline-block" miw="8rem">
        {row.name || row.no}
      </Anchor>
      {row.privacy_blocked && (
        <Badge ml="xs" size="xs" variant="outline" color="orange" tt="none">
          {t("blocked")}
        </Badge>
      )}
      {row.exclude_from_segment && (
        <Text span size="xs" c="dimmed" ml="xs">
          {t("excluded")}
        </Text>
      )}
    </>
  );
}
