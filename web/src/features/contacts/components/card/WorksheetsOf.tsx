/** The worksheets on which a contact stands: while it does, it can neither be deleted nor moved. */
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "~/components/Page";
import type { Column } from "~/components/table/Table";
import { day } from "~/lib/i18n/format";
import { linesOf } from "../../api/contacts";
import { Hanging } from "./Hanging";

interface Line {
  segment_no: string;
  line_no: number;
  description: string;
  date: string | null;
  interaction_template: string;
  campaign_no: string;
}

export function WorksheetsOf({ contact }: { contact: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const found = useQuery(linesOf(contact));
  const columns: Column<Line>[] = [
    {
      key: "segment",
      label: t("fields:field.segment_no"),
      cell: (row) => (
        <Anchor component={Link} to={`/worksheets/${encodeURIComponent(row.segment_no)}`} size="sm">
          {row.segment_no}
        </Anchor>
      ),
    },
    { key: "description", label: t("fields:field.description"), cell: (row) => row.description },
    { key: "template", label: t("fields:field.template"), cell: (row) => row.interaction_template },
    { key: "campaign", label: t("fields:field.campaign_no"), cell: (row) => row.campaign_no },
    { key: "date", label: t("fields:field.date"), cell: (row) => day(row.date) },
  ];
  return <Hanging label={t("card.worksheets")} found={found} columns={columns} keyOf={(row) => `${row.segment_no}/${row.line_no}`} empty={<Empty title={t("worksheets.none")} text={t("worksheets.teach")} />} />;
}
