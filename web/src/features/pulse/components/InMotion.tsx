/** Journeys with people on their way; the counters move by themselves. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { JourneyLink } from "~/components/Links";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import { type LiveJourney, useHead, useLiveJourneys } from "~/lib/live";

type Row = LiveJourney & { id: string };
const MOST = 8;

export function InMotion() {
  const { t } = useTranslation("pulse");
  const head = useHead();
  const journeys = useLiveJourneys();
  const all = [...journeys].map(([id, each]) => ({ id, ...each })).sort((one, other) => other.inside - one.inside || other.entered - one.entered);
  const columns: Column<Row>[] = [
    { key: "name", label: t("journey.name"), cell: (row) => <JourneyLink id={row.id}>{row.name}</JourneyLink> },
    { key: "status", label: t("journey.status"), cell: (row) => <State state={row.status} /> },
    { key: "inside", label: t("journey.inside"), number: true, cell: (row) => number(row.inside) },
    { key: "entered", label: t("journey.entered"), number: true, cell: (row) => number(row.entered) },
    { key: "ended", label: t("journey.ended"), number: true, cell: (row) => number(row.ended) },
  ];
  return (
    <Panel title={t("journey.title")} right={all.length > MOST && <Anchor component={Link} to="/journeys" size="xs">{t("journey.all", { total: number(all.length) })}</Anchor>}>
      <Table
        label={t("common:table.label", { name: t("journey.title") })}
        columns={columns}
        rows={head && all.slice(0, MOST)}
        keyOf={(row) => row.id}
        loadingRows={3}
        empty={
          <Text size="sm" c="dimmed">
            {t("journey.none")}{" "}
            <Anchor component={Link} to="/journeys" inherit underline="always">
              {t("journey.first")}
            </Anchor>
          </Text>
        }
      />
    </Panel>
  );
}
