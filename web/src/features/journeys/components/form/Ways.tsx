/** Where each way out of an activity leads: the same as drawing it, for those who would rather choose from a list. */
import { MultiSelect, Select, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { titleOf } from "~/components/graph";
import { candidates, graphOf, isWait, nodeOutlets, type Outlet } from "~/components/graph/model";
import type { Editor } from "../editor/useEditor";

export function Ways({ editor, id }: { editor: Editor; id: string }) {
  const { t } = useTranslation(["journeys", "graph"]);
  const { journey } = editor.draft;
  const ways = nodeOutlets(journey, id);
  if (!ways.length) return null;
  const names = new Map(graphOf(journey).nodes.map((node) => [node.id, titleOf(node, (key, fallback) => t(`graph:${key}`, fallback))]));
  const named = (ids: readonly string[]) => ids.map((value) => ({ value, label: `${names.get(value) ?? value} (${value})` }));
  const word = ({ handle, kind, label }: Outlet) =>
    kind === "path" ? `${t("graph:way.path")} “${label || Number(handle.split(".")[1]) + 1}”` : kind === "branch" ? `${t("graph:way.branch")} ${Number(handle.split(".")[1]) + 1}` : t(`graph:way.${handle === "start" ? "start" : kind}`);
  return (
    <Stack gap="xs">
      <Text component="h3" size="xs" fw={600}>
        {t("ways.title")}
      </Text>
      {ways.map((way) => {
        const { handle, targets } = way;
        const others = candidates(journey, id, handle);
        const waits = others.filter((each) => isWait(journey.activities[each]?.type ?? ""));
        const lead = (next: readonly string[]) => editor.edit({ do: "connect", source: id, handle, targets: next });
        const races = targets.length > 0 && targets.every((each) => isWait(journey.activities[each]?.type ?? ""));
        if (targets.length > 1)
          return <MultiSelect key={handle} size="xs" label={word(way)} description={t("ways.race")} value={[...targets]} data={named([...targets, ...waits])} onChange={lead} searchable />;
        return (
          <Fragment key={handle}>
            <Select size="xs" label={word(way)} placeholder={t("ways.ends")} clearable searchable value={targets[0] ?? null} data={named([...targets, ...others])} onChange={(next) => lead(next ? [next] : [])} />
            {races && waits.length > 0 && (
              <Select size="xs" ml="md" aria-label={t("ways.beside", { way: word(way) })} placeholder={t("ways.or")} searchable value={null} data={named(waits)} onChange={(next) => next && lead([...targets, next])} />
            )}
          </Fragment>
        );
      })}
    </Stack>
  );
}
