/** What was changed between two versions, setting by setting. */
import { Badge, Code, Group, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import { reading } from "~/lib/api/client";
import { type Difference, placeOf, shown, type Version } from "../../model/versions";

interface Props {
  journey: string;
  versions: readonly Version[];
  old: number;
  next: number;
  onChange: (change: { old?: number; new?: number }) => void;
}
const SIGNS: Record<string, string> = { added: "+", removed: "−", changed: "~", moved: "↕" };
const COLOURS: Record<string, string> = { added: "teal", removed: "red", changed: "blue", moved: "gray" };

export function Differences({ journey, versions, old, next, onChange }: Props) {
  const { t } = useTranslation("journey-runs");
  const can = old > 0 && next > 0 && old !== next;
  const found = useQuery({ ...reading("/api/journeys/{journey}/diff", { path: { journey }, query: { old, new: next } }), enabled: can });
  const data = versions.map((one) => ({ value: String(one.version), label: t("version", { version: one.version }) }));
  if (versions.length < 2) return null;
  const choice = (label: string, value: number, change: (version: number) => void) => (
    <Select size="xs" w={140} label={label} data={data} value={value > 0 ? String(value) : null} allowDeselect={false} onChange={(chosen) => change(Number(chosen))} />
  );
  const columns: Column<Difference>[] = [
    { key: "kind", label: t("diff.kind"), cell: (row) => <Badge variant="light" size="sm" radius="sm" tt="none" fw={500} color={COLOURS[row.kind]} leftSection={<span aria-hidden>{SIGNS[row.kind]}</span>}>{t(`diff.${row.kind}`)}</Badge>, width: "8rem" },
    { key: "place", label: t("diff.place"), cell: (row) => <Where place={row.place} /> },
    { key: "old", label: t("diff.old", { version: old }), cell: (row) => <Value value={row.old} /> },
    { key: "new", label: t("diff.new", { version: next }), cell: (row) => <Value value={row.new} /> },
  ];
  return (
    <Panel title={t("diff.title")}>
      <Group gap="sm" mb="sm">
        {choice(t("diff.from"), old, (version) => onChange({ old: version }))}
        {choice(t("diff.to"), next, (version) => onChange({ new: version }))}
      </Group>
      {can ? (
        <Loaded query={found} what={t("diff.title")} height={160}>
          {(rows) => <Table label={t("rows", { of: t("diff.title") })} columns={columns} rows={rows} keyOf={(row) => `${row.place} ${row.kind}`} empty={<Text size="sm" c="dimmed">{t("diff.none")}</Text>} />}
        </Loaded>
      ) : (
        <Text size="sm" c="dimmed">{t("diff.choose")}</Text>
      )}
    </Panel>
  );
}

function Where({ place }: { place: string }) {
  const { t } = useTranslation("journey-runs");
  const { activity, setting } = placeOf(place);
  return (
    <Text span size="sm">
      {activity ?? t("diff.journey")} {setting && <Code>{setting}</Code>}
    </Text>
  );
}

function Value({ value }: { value: unknown }) {
  return <Text span size="xs" ff="monospace" style={{ overflowWrap: "anywhere" }} c={value == null ? "dimmed" : undefined}>{shown(value)}</Text>;
}
