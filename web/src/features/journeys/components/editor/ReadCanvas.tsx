/** A journey to look at: numbers at every activity and way as they change, and what an activity says beside it. */
import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JourneyGraph } from "~/components/graph";
import { Side } from "../form/Side";
import css from "./editor.module.css";
import { useCounters } from "./useCounters";
import type { Editor } from "./useEditor";

export function ReadCanvas({ id, editor, status, small }: { id: string; editor: Editor; status: string; small: boolean }) {
  const { t } = useTranslation("journeys");
  const counters = useCounters(id, editor.draft.journey, status);
  const [selected, select] = useState<string | null>(null);
  const { journey, moved } = editor.draft;
  return (
    <>
      {small && editor.editable && (
        <Text size="xs" c="dimmed" mb="xs">
          {t("canvas.small")}
        </Text>
      )}
      <div className={css.board} data-read="" data-open={selected ? "" : undefined}>
        <div className={css.canvas}>
          <JourneyGraph definition={journey} moved={moved} counters={counters} selected={selected} onSelect={select} readOnly bare={small} label={t("canvas.label", { name: journey.name || id })} />
        </div>
        {selected && (
          <aside className={css.side} aria-label={t("canvas.activity")}>
            <Side editor={editor} id={selected} onClose={() => select(null)} counters={counters?.nodes[selected]} />
          </aside>
        )}
      </div>
    </>
  );
}
