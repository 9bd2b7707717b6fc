/** The opportunities with a contact. */
import { Anchor, Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Opportunity, place } from "~/components/crm/fields";
import { Empty } from "~/components/Page";
import type { Column } from "~/components/table/Table";
import { day, number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { opportunitiesOf } from "../../api/contacts";
import { Hanging } from "./Hanging";

export function OpportunitiesOf({ contact }: { contact: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const may = useMay("contacts:write");
  const found = useQuery(opportunitiesOf(contact));
  const columns: Column<Opportunity>[] = [
    {
      key: "description",
      label: t("fields:field.description"),
      cell: (row) => (
        <Anchor component={Link} to={`/opportunities/${encodeURIComponent(row.no)}`} size="sm">
          {row.description || row.no}
        </Anchor>
      ),
    },
    {
      key: "status",
      label: t("fields:field.status"),
      cell: (row) => (
        <Badge variant="light" color={row.status === "won" ? "teal" : row.status === "lost" ? "red" : "gray"} tt="none" fw={500}>
          {t(`fields:choice.${row.status}`)}
        </Badge>
      ),
    },
    { key: "stage", label: t("fields:field.stage"), number: true, cell: (row) => row.stage ?? "–" },
    { key: "value", label: t("fields:field.estimated_value"), number: true, cell: (row) => number(row.estimated_value, 2) },
    { key: "close", label: t("fields:field.estimated_close_date"), cell: (row) => day(row.date_closed ?? row.estimated_close_date) },
    { key: "salesperson", label: t("fields:field.salesperson_code"), cell: (row) => row.salesperson_code },
  ];
  const add = may && (
    <Button size="xs" component={Link} {...place("/opportunities", { new: contact })}>
      {t("act.opportunity")}
    </Button>
  );
  return <Hanging label={t("card.opportunities")} found={found} columns={columns} keyOf={(row) => row.no} empty={<Empty title={t("opportunities.none")} text={t("opportunities.teach")} action={add} />} />;
}
