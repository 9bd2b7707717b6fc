/** Activity by activity: how many came, wait, left and failed, and by which ways they went on. */
import { Anchor, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Column, Table } from "~/components/table/Table";
import { number, percent } from "~/lib/i18n/format";
import type { Station } from "../../model/funnel";
import { wayIn } from "../../model/words";
import { Share } from "../Share";

export function Funnel({ stations, chosen, onChoose }: { stations: readonly Station[]; chosen: string; onChoose: (activity: string) => void }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const figure = (key: keyof Station & ("arrived" | "people" | "waiting" | "left" | "errors" | "passed")): Column<Station> => ({
    key, label: t(`funnel.${key}`), number: true, cell: (row) => <Quiet value={row[key]} strong={key === "errors"} />,
  });
  const columns: Column<Station>[] = [
    { key: "activity", label: t("funnel.activity"), cell: (row) => <Activity row={row} chosen={chosen === row.activity} onChoose={() => onChoose(row.activity)} /> },
    figure("arrived"),
    { key: "share", label: t("funnel.share"), number: true, cell: (row) => <Share share={row.share} /> },
    figure("people"),
    figure("waiting"),
    figure("left"),
    ...(stations.some((row) => row.passed) ? [figure("passed")] : []),
    figure("errors"),
    { key: "ways", label: t("funnel.ways"), cell: (row) => <Ways row={row} /> },
  ];
  return <Table label={t("rows", { of: t("report.funnel") })} columns={columns} rows={stations} keyOf={(row) => row.activity} />;
}

function Activity({ row, chosen, onChoose }: { row: Station; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  const entry = row.activity === "entry";
  return (
    <div style={{ minWidth: "8rem" }}>
      <Anchor component="button" type="button" size="sm" fw={chosen ? 600 : 400} onClick={onChoose} aria-pressed={chosen} title={t("funnel.show_people")}>
        {entry ? t("funnel.entry") : row.label}
      </Anchor>
      {!entry && <Text size="xs" c="dimmed">{t(`kind.${row.kind}`, row.kind)}</Text>}
    </div>
  );
}

function Ways({ row }: { row: Station }) {
  const { t } = useTranslation(["journey-runs", "steps"]);
  if (row.ways.length < 2) return null;
  return (
    <Group gap="sm" component="ul" miw="11rem" m={0} p={0} style={{ listStyle: "none" }}>
      {row.ways.map((way) => (
        <Text key={way.label} size="xs" component="li">
          {wayIn(way.label, t)} <b>{number(way.runs)}</b> <Text span c="dimmed" size="xs">({percent(way.share, 0)})</Text>
        </Text>
      ))}
    </Group>
  );
}

/** A zero says little: it stands back. */
function Quiet({ value, strong }: { value: number; strong?: boolean }) {
  return <Text span size="sm" c={value === 0 ? "dimmed" : strong ? "var(--mantine-color-error)" : undefined} fw={strong && value ? 600 : undefined}>{number(value)}</Text>;
}
