/** Every version of the segment with its author; what is different between two; the way back to an older one. */
import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { type Column, Table } from "~/components/table/Table";
import type { Schemas } from "~/lib/api/client";
import { moment } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { useView } from "~/lib/view";
import { useVersions } from "../../api/segment";
import { Differences } from "./Differences";
import { RollBack } from "./RollBack";

type Version = Schemas["DefinitionsVersionsRow"];

export function VersionsTab({ definition }: { definition: Schemas["Definition"] }) {
  const { t } = useTranslation("segments");
  const query = useVersions(definition.id);
  const may = useMay("segments:write");
  const [view, show] = useView({ old: 0, new: 0 });
  const [asked, ask] = useState<number | null>(null);
  const newest = definition.latest;
  const columns: Column<Version>[] = [
    { key: "version", label: t("versions.version"), cell: ({ version }) => version, number: true, width: "5rem" },
    { key: "saved", label: t("versions.saved"), cell: ({ saved }) => moment(saved), width: "12rem" },
    { key: "by", label: t("versions.by"), cell: ({ saved_by: by }) => by || "–", width: "12rem" },
    { key: "sentence", label: t("versions.rule"), cell: ({ sentence }) => <Text size="sm" lineClamp={2} miw="16rem">{sentence}</Text> },
    { key: "published", label: t("versions.state"), cell: ({ published }) => published && <State state={definition.state} />, width: "6rem" },
    {
      key: "act", label: t("versions.do"), width: "14rem",
      cell: ({ version }) => (
        <Button.Group>
          {version > 1 && <Button size="compact-xs" variant="default" onClick={() => show({ old: version - 1, new: version })}>{t("versions.changes")}</Button>}
          {may && version < newest && <Button size="compact-xs" variant="default" onClick={() => ask(version)}>{t("versions.back")}</Button>}
        </Button.Group>
      ),
    },
  ];
  const versions = query.data?.items.map(({ version }) => version) ?? [];
  const old = versions.includes(view.old) ? view.old : newest - 1;
  const fresh = versions.includes(view.new) ? view.new : newest;
  return (
    <Stack gap="md">
      <Panel title={t("versions.title")}>
        <Loaded query={query} what={t("versions.title")} height={160}>
          {({ items }) => <Table label={t("versions.list")} columns={columns} rows={[...items].sort((a, b) => b.version - a.version)} keyOf={({ version }) => String(version)} />}
        </Loaded>
      </Panel>
      {newest > 1 && query.data ? (
        <Differences segment={definition.id} versions={query.data.items} old={old} fresh={fresh} onChoose={(chosen) => show(chosen)} />
      ) : (
        query.data && <Text size="sm" c="dimmed">{t("versions.only")}</Text>
      )}
      {asked !== null && <RollBack definition={definition} version={asked} onClose={() => ask(null)} />}
    </Stack>
  );
}
