/** Every kind of activity, to drag onto the canvas or to press: then it comes behind what is selected. */
import { TextInput } from "@mantine/core";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { DRAGGED, Tile } from "~/components/graph";
import { GROUPS } from "~/components/graph/model";
import css from "./editor.module.css";

export const Palette = memo(function Palette({ onAdd }: { onAdd: (kind: string) => void }) {
  const { t } = useTranslation(["journeys", "graph"]);
  const [search, look] = useState("");
  const fits = (kind: string) => `${t(`graph:kind.${kind}`, kind)} ${t(`graph:hint.${kind}`, "")} ${kind}`.toLowerCase().includes(search.trim().toLowerCase());
  const groups = GROUPS.map(([group, kinds]) => [group, kinds.filter(fits)] as const).filter(([, kinds]) => kinds.length);
  return (
    <nav className={css.palette} aria-label={t("palette.title")}>
      <TextInput size="xs" aria-label={t("palette.search")} placeholder={t("palette.search")} value={search} onChange={(event) => look(event.currentTarget.value)} />
      {groups.map(([group, kinds]) => (
        <div key={group} role="group" aria-label={t(`graph:group.${group}`)}>
          <div className={css.group}>{t(`graph:group.${group}`)}</div>
          {kinds.map((kind) => (
            <Kind key={kind} kind={kind} onAdd={onAdd} />
          ))}
        </div>
      ))}
    </nav>
  );
});

function Kind({ kind, onAdd }: { kind: string; onAdd: (kind: string) => void }) {
  const { t } = useTranslation("graph");
  return (
    <button type="button" className={css.kind} draggable title={t(`hint.${kind}`, "")} onClick={() => onAdd(kind)}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, kind);
        event.dataTransfer.effectAllowed = "copy";
      }}>
      <Tile kind={kind} />
      {t(`kind.${kind}`, kind)}
    </button>
  );
}
