/** The journey with its counters: drawn, or as a list of its activities for those who read better than they look. */
import { Box, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { countersOf } from "~/components/graph/model/counters";
import { journeyOf } from "~/components/graph/model/definition";
import { type Column, Table } from "~/components/table/Table";
import { number } from "~/lib/i18n/format";
import type { Standing } from "../model/backtest";
import { activitiesOf, nameOf } from "../model/funnel";
import type { EdgeRow } from "../model/rows";

const Graph = lazy(() => import("~/components/graph").then(({ JourneyGraph }) => ({ default: JourneyGraph })));
const HEIGHT = 520;

interface PictureProps {
  definition: unknown;
  standing: ReadonlyMap<string, Standing>;
  /** How often each way was taken, where that is known. */
  edges?: readonly EdgeRow[];
  label: string;
  left?: ReactNode;
}

export function Picture({ definition, standing, edges, label, left }: PictureProps) {
  const { t } = useTranslation("journey-runs");
  const [look, turn] = useState<string>("graph");
  const counters = useMemo(() => {
    const nodes = [...standing].map(([activity, one]) => ({ activity, ...one }));
    return countersOf(journeyOf(definition), nodes, edges ? [...edges] : []);
  }, [definition, standing, edges]);
  return (
    <Box>
      <Box mb="xs" style={{ display: "flex", justifyContent: "space-between", gap: 12, alignItems: "center", flexWrap: "wrap" }}>
        <Box flex={1} miw={0}>{left}</Box>
        <SegmentedControl size="xs" value={look} onChange={turn} aria-label={t("picture.look")} data={["graph", "list"].map((value) => ({ value, label: t(`picture.${value}`) }))} />
      </Box>
      {look === "list" ? (
        <List definition={definition} standing={standing} label={label} />
      ) : (
        <Box h={HEIGHT}>
          <Suspense fallback={<Skeleton h={HEIGHT} />}>
            <Graph definition={definition} counters={counters} readOnly label={label} />
          </Suspense>
        </Box>
      )}
    </Box>
  );
}

interface Row extends Standing {
  activity: string;
  label: string;
  kind: string;
}
const NOBODY: Standing = { arrived: 0, waiting: 0, left: 0, errors: 0 };

function List({ definition, standing, label }: { definition: unknown; standing: ReadonlyMap<string, Standing>; label: string }) {
  const { t } = useTranslation("journey-runs");
  const activities = activitiesOf(definition);
  const rows: Row[] = ["entry", ...Object.keys(activities)].map((activity) => ({
    ...(standing.get(activity) ?? NOBODY), activity, label: activity === "entry" ? t("funnel.entry") : nameOf(activity, activities), kind: activities[activity]?.type ?? "",
  }));
  const figure = (key: keyof Standing): Column<Row> => ({ key, label: t(`funnel.${key}`), number: true, cell: (row) => <Text span size="sm" c={row[key] ? undefined : "dimmed"}>{number(row[key])}</Text> });
  const columns: Column<Row>[] = [
    { key: "activity", label: t("funnel.activity"), cell: (row) => <>{row.label} {row.kind && <Text span size="xs" c="dimmed">{t(`kind.${row.kind}`, row.kind)}</Text>}</> },
    figure("arrived"), figure("waiting"), figure("left"), figure("errors"),
  ];
  return <Table label={label} columns={columns} rows={rows} keyOf={(row) => row.activity} />;
}
