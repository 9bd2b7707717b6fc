/** The canvas with its tools: palette, graph, form of what is selected; problems at their places; saving. */
import { Alert, Button, Group } from "@mantine/core";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { JourneyGraph } from "~/components/graph";
import { type Refusal } from "~/components/graph/model";
import { Side } from "../form/Side";
import css from "./editor.module.css";
import { Palette } from "./Palette";
import { Saving } from "./Saving";
import { Toolbar } from "./Toolbar";
import { useCheck } from "./useCheck";
import { useEditing } from "./useEditing";
import type { Editor } from "./useEditor";
import { useKeys } from "./useKeys";
import { useSave } from "./useSave";
import { type WayAsked, WayMenu } from "./WayMenu";

export function EditCanvas({ id, editor }: { id: string; editor: Editor }) {
  const { t } = useTranslation(["journeys", "graph"]);
  const { journey, moved } = editor.draft;
  const [selected, select] = useState<string | null>(null);
  const [all, selectAll] = useState<readonly string[]>([]);
  const [way, open] = useState<WayAsked | null>(null);
  const [settings, set] = useState(false);
  const [why, refuse] = useState<Refusal | null>(null);
  const checked = useCheck(journey, true);
  const save = useSave(id, editor);
  const { editing, add, connect } = useEditing(editor, { select, open, refuse });
  const chosen = selected ?? (all.length === 1 ? all[0]! : null);
  const addBehind = useCallback((kind: string) => add(kind, chosen), [add, chosen]);
  // The form may come a moment later than the selection: dragging goes first.
  const shown = useDeferredValue(chosen);
  useKeys({ editor, onSave: () => editor.dirty && save.mutate({}), onDuplicate: () => all.length && editor.edit({ do: "duplicate", ids: all }) });
  const showJourney = (on: boolean) => {
    select(null);
    selectAll([]);
    set(on);
  };
  const label = useMemo(() => t("canvas.label", { name: journey.name || id }), [t, journey.name, id]);
  return (
    <>
      {editor.found && (
        <Alert variant="light" mb="xs" title={t("save.found_title")}>
          <Group justify="space-between">
            {t("save.found")}
            <Button size="xs" variant="default" onClick={editor.discard}>
              {t("save.discard")}
            </Button>
          </Group>
        </Alert>
      )}
      <Saving save={save} editor={editor} onShow={select} />
      <Toolbar editor={editor} checked={checked} saving={save.isPending} settings={settings && !chosen} onSettings={() => showJourney(chosen !== null || !settings)} onProblems={() => showJourney(true)} onSave={() => save.mutate({})} />
      <div className={css.board} data-open={shown || settings ? "" : undefined}>
        <Palette onAdd={addBehind} />
        <div className={css.canvas}>
          {why && (
            <div className={css.refused} role="status">
              <Alert color="orange" withCloseButton closeButtonLabel={t("common:close")} onClose={() => refuse(null)} py={6}>
                {t(`graph:refused.${why}`)}
              </Alert>
            </div>
          )}
          <JourneyGraph definition={journey} moved={moved} problems={checked.problems} selected={selected} onSelect={select} onSelectAll={selectAll} editing={editing} label={label} />
        </div>
        {(shown || settings) && (
          <aside className={`${css.side} nokey`} aria-label={t(shown ? "canvas.activity" : "canvas.journey")}>
            <Side key={shown ?? ""} editor={editor} id={shown} problems={checked.problems} onShow={select} onClose={() => showJourney(false)} />
          </aside>
        )}
      </div>
      {way && (
        <WayMenu way={way} journey={journey} onClose={() => open(null)} onAdd={(kind) => add(kind, null, way)} onConnect={(target) => connect(way, target)}
          onDisconnect={(target) => editor.edit({ do: "disconnect", source: way.source, handle: way.handle, target })} />
      )}
    </>
  );
}
