/** Two versions against each other: the sentence with what went and came, and every place that changed. */
import { Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { type Column, Table } from "~/components/table/Table";
import type { Schemas } from "~/lib/api/client";
import { useDifferences } from "../../api/segment";
import { type Line, lines } from "../../model/differences";
import { Changed } from "./Changed";

export interface DifferencesProps {
  segment: string;
  versions: readonly Schemas["DefinitionsVersionsRow"][];
  old: number;
  fresh: number;
  onChoose: (chosen: { old: number; new: number }) => void;
}

export function Differences({ segment, versions, old, fresh, onChoose }: DifferencesProps) {
  const { t } = useTranslation("segments");
  const query = useDifferences(segment, old, fresh);
  const sentence = (version: number) => versions.find((each) => each.version === version)?.sentence ?? "";
  const choice = versions.map(({ version }) => ({ value: String(version), label: t("versions.number", { version }) }));
  const columns: Column<Line>[] = [
    { key: "kind", label: t("versions.kind"), cell: ({ kind }) => t(`difference.${kind}`), width: "7rem" },
    { key: "place", label: t("versions.place"), cell: ({ place }) => place },
    { key: "before", label: t("versions.before"), cell: ({ before }) => before ?? "–" },
    { key: "after", label: t("versions.after"), cell: ({ after }) => after ?? "–" },
  ];
  return (
    <Panel title={t("versions.compare")}>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <NativeSelect size="xs" label={t("versions.before")} data={choice} value={String(old)} onChange={(event) => onChoose({ old: Number(event.currentTarget.value), new: fresh })} />
          <NativeSelect size="xs" label={t("versions.after")} data={choice} value={String(fresh)} onChange={(event) => onChoose({ old, new: Number(event.currentTarget.value) })} />
        </Group>
        <Changed before={sentence(old)} after={sentence(fresh)} />
        <Loaded query={query} what={t("versions.compare")} height={96}>
          {(found) => (
            <Table label={t("versions.places")} columns={columns} rows={lines(found)} keyOf={(line) => `${line.kind} ${line.place}`} empty={<Text size="sm" c="dimmed">{t("versions.same")}</Text>} />
          )}
        </Loaded>
      </Stack>
    </Panel>
  );
}
