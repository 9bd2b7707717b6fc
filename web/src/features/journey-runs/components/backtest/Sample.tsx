/** Some of the people it would have been, each with her story and the messages as she would have got them. */
import { Anchor, Drawer, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PersonLink } from "~/components/Links";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import type { Sampled } from "../../model/backtest";
import { type Activities, nameOf } from "../../model/funnel";
import { wayIn } from "../../model/words";
import { Log } from "../Log";

export function Sample({ people, activities, total }: { people: readonly Sampled[] | undefined; activities: Activities; total: number }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const [shown, show] = useState<Sampled | null>(null);
  if (!people || people.length === 0) return null;
  const columns: Column<Sampled>[] = [
    { key: "profile", label: t("steps.who"), cell: (row) => <Anchor component="button" type="button" size="sm" onClick={() => show(row)}>{row.profile}</Anchor> },
    { key: "status", label: t("sample.status"), cell: (row) => (row.status ? wayIn(row.status, t) : "–") },
    { key: "where", label: t("sample.where"), cell: (row) => (row.activities ?? "").split("|").filter(Boolean).map((name) => nameOf(name, activities)).join(", ") || "–" },
    { key: "runs", label: t("report.runs"), number: true, cell: (row) => number(row.runs) },
    { key: "messages", label: t("backtest.messages"), number: true, cell: (row) => number(row.messages) },
  ];
  return (
    <Panel title={t("sample.title")}>
      <Text size="xs" c="dimmed" mb="xs">{t("sample.hint", { shown: number(people.length), total: number(total) })}</Text>
      <Table label={t("rows", { of: t("sample.title") })} columns={columns} rows={people} keyOf={(row) => row.profile} />
      <Drawer opened={shown !== null} onClose={() => show(null)} position="right" size="md" title={t("sample.story", { profile: shown?.profile })} closeButtonProps={{ "aria-label": t("common:close") }}>
        {shown && (
          <Stack gap="sm">
            <Log lines={shown.log} />
            <PersonLink id={shown.profile} size="sm">{t("trace.card")}</PersonLink>
          </Stack>
        )}
      </Drawer>
    </Panel>
  );
}
