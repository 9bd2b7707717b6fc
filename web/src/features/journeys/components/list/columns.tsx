import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useColumns } from "~/components/table/Columns";
import type { Column } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import type { JourneyRow } from "../../api/journeys";
import { Status } from "../Status";

/** Columns of the list, and the button to choose them. */
export function useJourneyColumns() {
  const { t } = useTranslation("journeys");
  const columns = useMemo((): Column<JourneyRow>[] => {
    const count = (key: "entered" | "inside" | "ended" | "not_let_in"): Column<JourneyRow> => ({
      key, label: t(`column.${key}`), number: true, sortable: true, width: "8rem", cell: (row) => number(row[key]),
    });
    return [
      { key: "name", label: t("column.name"), sortable: true, cell: (row) => <Name row={row} /> },
      { key: "status", label: t("column.status"), sortable: true, width: "8rem", cell: ({ status }) => <Status status={status} /> },
      count("entered"),
      count("inside"),
      count("ended"),
      count("not_let_in"),
      { key: "version", label: t("column.version"), number: true, sortable: true, width: "6rem", cell: ({ version }) => number(version) },
    ];
  }, [t]);
  return useColumns("journeys", columns, ["status", "entered", "inside", "ended"]);
}

function Name({ row: { journey, name } }: { row: JourneyRow }) {
  return (
    <>
      <Anchor component={Link} to="/journeys/$id" params={{ id: journey } as never} fw={500} inherit>
        {name || journey}
      </Anchor>
      {name && (
        <Text size="xs" c="dimmed">
          {journey}
        </Text>
      )}
    </>
  );
}
