/** Who is where in the test, and when each goes on by herself. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, Table } from "~/components/table/Table";
import { moment, number } from "~/lib/i18n/format";
import { type Activities, nameOf } from "../../model/funnel";
import type { Standing } from "../../model/session";
import { wayIn } from "../../model/words";

export function People({ people, activities }: { people: readonly Standing[]; activities: Activities }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const columns: Column<Standing>[] = [
    { key: "profile", label: t("steps.who"), cell: (row) => row.profile },
    { key: "run", label: t("trial.run"), number: true, cell: (row) => number(row.run) },
    { key: "status", label: t("sample.status"), cell: (row) => wayIn(row.status, t) },
    { key: "where", label: t("sample.where"), cell: (row) => row.activities.split("|").filter(Boolean).map((name) => nameOf(name, activities)).join(", ") || "–" },
    { key: "due", label: t("trial.due"), cell: (row) => moment(row.due) },
  ];
  return <Table label={t("rows", { of: t("trial.people") })} columns={columns} rows={people} keyOf={(row) => `${row.profile} ${row.run}`} empty={<Text size="sm" c="dimmed" mt="sm">{t("trial.nobody")}</Text>} />;
}
