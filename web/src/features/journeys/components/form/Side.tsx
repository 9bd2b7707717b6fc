/** Beside the canvas: the form of what is selected, or settings and problems of the whole journey. */
import { Alert, CloseButton, Group, Stack, Text } from "@mantine/core";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Tile, titleOf } from "~/components/graph";
import { ENTRY, type GraphProblem, graphOf, type NodeCounters } from "~/components/graph/model";
import { number } from "~/lib/i18n/format";
import { toldOf } from "../../model/form";
import type { Editor } from "../editor/useEditor";
import { ActivityForm } from "./ActivityForm";
import { FormProvider } from "./context";
import { JourneyForm } from "./JourneyForm";

export interface SideProps {
  editor: Editor;
  /** The node; of none the journey is shown. */
  id: string | null;
  problems?: readonly GraphProblem[];
  counters?: NodeCounters;
  onShow?: (id: string) => void;
  onClose: () => void;
}

const NONE: readonly GraphProblem[] = [];

export const Side = memo(function Side({ editor, id, problems = NONE, counters, onShow, onClose }: SideProps) {
  const { t } = useTranslation(["journeys", "graph"]);
  const { journey } = editor.draft;
  const node = useMemo(() => graphOf(journey, true).nodes.find((each) => each.id === id), [journey, id]);
  const told = useMemo(() => (id ? toldOf(problems, id) : []), [problems, id]);
  if (!id || !node) return <JourneyForm editor={editor} problems={problems} onShow={onShow} onClose={onClose} />;
  const kind = t(`graph:kind.${node.kind}`, node.kind);
  const title = titleOf(node, (key, fallback) => t(`graph:${key}`, fallback));
  return (
    <Stack gap="sm" p="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Tile kind={node.kind} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text component="h2" fw={600} size="md" lh={1.3}>
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {title === kind ? t(`graph:hint.${node.kind}`, "") : kind}
          </Text>
        </div>
        <CloseButton size="sm" aria-label={t("common:close")} onClick={onClose} />
      </Group>
      {counters && <Numbers counters={counters} />}
      {told.length > 0 && (
        <Alert color="red" variant="light" p="xs" role="status">
          {told.map(({ message, hint }, place) => (
            <Text key={place} size="xs">
              {message}
              {hint && <Text span c="dimmed" inherit>{`. ${hint}`}</Text>}
            </Text>
          ))}
        </Alert>
      )}
      <FormProvider value={{ journey, id, kind: node.kind, told, readOnly: !editor.editable }}>
        <ActivityForm editor={editor} id={id} kind={node.kind} settings={id === ENTRY ? journey.entry : (journey.activities[id] ?? {})} />
      </FormProvider>
    </Stack>
  );
});

function Numbers({ counters: { arrived, waiting, errors = 0 } }: { counters: NodeCounters }) {
  const { t } = useTranslation("graph");
  const told = [
    [t("counted.arrived", { count: arrived, replace: { count: number(arrived) } }), true],
    [t("counted.waiting", { count: waiting, replace: { count: number(waiting) } }), true],
    [t("counted.errors", { count: errors, replace: { count: number(errors) } }), errors > 0],
  ] as const;
  return (
    <Text size="xs">
      {told.filter(([, shown]) => shown).map(([text]) => text).join(" · ")}
    </Text>
  );
}
