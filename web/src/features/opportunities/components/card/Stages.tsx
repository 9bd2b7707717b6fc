/** The stages as steps: which are behind, which is now, and each a button that leads there. */
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Opportunity, type Stage, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { move, SHOWS } from "../../api/opportunities";
import { asksFirst, moveTo, placeOf } from "../../model/moving";
import { Moving } from "../Moving";

export function Stages({ row, stages, may }: { row: Opportunity; stages: readonly Stage[]; may: boolean }) {
  const { t } = useTranslation("opportunities");
  const [asked, ask] = useState<Stage | null>(null);
  const at = placeOf(row);
  const act = useAct((to: Stage) => {
    const found = moveTo(at, to.stage);
    return found ? move(row.no, found.action, found.stage ? { stage: found.stage } : {}) : Promise.resolve(null);
  }, SHOWS);
  const go = (to: Stage) => (asksFirst(row, to) ? ask(to) : act.mutate(to));
  if (stages.length === 0) return <Text size="sm" c="dimmed">{t("no_cycle.chosen")}</Text>;
  return (
    <>
      <Group gap={4} component="ol" m={0} p={0} aria-label={t("card.stages")} style={{ listStyle: "none" }}>
        {stages.map((stage) => {
          const now = at === stage.stage;
          const behind = at !== null && stage.stage < at;
          return (
            <li key={stage.stage} style={{ flex: "1 1 8rem" }}>
              <Button
                fullWidth
                size="xs"
                radius="sm"
                variant={now ? "filled" : behind ? "light" : "default"}
                aria-current={now ? "step" : undefined}
                disabled={!may}
                loading={act.isPending && act.variables.stage === stage.stage}
                onClick={() => !now && go(stage)}
                leftSection={<span aria-hidden>{behind ? "✓" : now ? "●" : "○"}</span>}
                title={t("stage_hint", { completed: stage.completed_pct, chances: stage.chances_pct })}
              >
                {stage.description || stage.stage}
              </Button>
            </li>
          );
        })}
      </Group>
      {act.error && <Failed error={act.error} what={t("move.word")} />}
      {asked && <Moving row={row} to={asked} onClose={() => ask(null)} />}
    </>
  );
}
