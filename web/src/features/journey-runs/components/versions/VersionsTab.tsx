/** Every version of a journey: what is different, the way back, and where people inside go on. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import { reading } from "~/lib/api/client";
import { moment, number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { canMigrate, canReopen, canRollBack, liveOf, type Version } from "../../model/versions";
import { reportOf } from "../../model/rows";
import { Differences } from "./Differences";
import { History } from "./History";
import { Migrate } from "./Migrate";
import { RollBack } from "./RollBack";

interface Acting {
  kind: "roll-back" | "reopen" | "migrate";
  version: number;
}

export function VersionsTab({ journey }: { journey: string }) {
  const { t } = useTranslation("journey-runs");
  const versions = useQuery(reading("/api/journeys/{journey}/versions", { path: { journey }, query: { limit: 1000 } }));
  return (
    <Stack gap="md">
      <Loaded query={versions} what={t("versions.what")} height={320}>
        {({ items }) => <Listed journey={journey} versions={items} />}
      </Loaded>
      {versions.data && <History journey={journey} />}
    </Stack>
  );
}

function Listed({ journey, versions }: { journey: string; versions: readonly Version[] }) {
  const { t } = useTranslation("journey-runs");
  const may = useMay("journeys:write");
  const report = useQuery(reading("/api/journeys/{journey}/summary", { path: { journey } }));
  const inside = new Map(report.data ? reportOf(report.data).runs.map((row) => [row.version, row.in_progress]) : []);
  const newest = versions.at(-1)?.version ?? 0;
  const [view, change] = useView({ old: Math.max(0, newest - 1), new: newest });
  const [acting, act] = useState<Acting | null>(null);
  const live = liveOf(versions);
  const columns: Column<Version>[] = [
    { key: "version", label: t("versions.version"), cell: (row) => <Text span size="sm" fw={600}>{row.version}</Text>, width: "6rem" },
    { key: "status", label: t("versions.status"), cell: (row) => <State state={row.status} /> },
    { key: "name", label: t("versions.name"), cell: (row) => row.name },
    { key: "saved", label: t("versions.saved"), cell: (row) => moment(row.saved) },
    { key: "inside", label: t("report.in_progress"), number: true, cell: (row) => number(inside.get(row.version) ?? 0) },
    { key: "acts", label: t("versions.acts"), cell: (row) => (
      <Group gap={4}>
        {row.version > 1 && <Small onClick={() => change({ old: row.version - 1, new: row.version })}>{t("versions.see_changes", { version: row.version })}</Small>}
        {may && canRollBack(row, versions) && <Small onClick={() => act({ kind: "roll-back", version: row.version })}>{t("versions.roll_back", { version: row.version })}</Small>}
        {may && canReopen(row, versions) && <Small onClick={() => act({ kind: "reopen", version: row.version })}>{t("versions.reopen", { version: row.version })}</Small>}
        {may && canMigrate(row, versions) && <Small onClick={() => act({ kind: "migrate", version: row.version })}>{t("versions.migrate", { version: row.version })}</Small>}
      </Group>
    ) },
  ];
  return (
    <>
      <Panel title={t("versions.title")}>
        <Table label={t("rows", { of: t("versions.title") })} columns={columns} rows={[...versions].reverse()} keyOf={(row) => String(row.version)} />
      </Panel>
      <Differences journey={journey} versions={versions} old={Number(view.old)} next={Number(view.new)} onChange={change} />
      {acting && acting.kind !== "migrate" && <RollBack journey={journey} kind={acting.kind} version={acting.version} live={live?.version ?? null} inside={live ? (inside.get(live.version) ?? 0) : 0} onClose={() => act(null)} />}
      {acting?.kind === "migrate" && live && <Migrate journey={journey} version={acting.version} to={live.version} onClose={() => act(null)} />}
    </>
  );
}

function Small({ onClick, children }: { onClick: () => void; children: string }) {
  return <Button size="compact-xs" variant="default" onClick={onClick}>{children}</Button>;
}
