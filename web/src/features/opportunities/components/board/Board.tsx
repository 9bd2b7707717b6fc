/** The board of a sales cycle: drag a card to another stage, or move it with the arrow keys or its menu. */
import { Alert, Button, Group, ScrollArea, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Contact, type Cycle, type Opportunity, rowsOf, type Stage, useAct, useChoices, useNames } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { useView } from "~/lib/view";
import { cycles, move, opportunities, SHOWS, stages } from "../../api/opportunities";
import { START } from "../../model/fields";
import { asksFirst, board, moveTo, type Place, placeOf } from "../../model/moving";
import { Closing } from "../Closing";
import { Moving } from "../Moving";
import { FirstCycle } from "./FirstCycle";
import { Lane } from "./Lane";

type Asked = { what: "move"; row: Opportunity; to: Stage } | { what: "close"; row: Opportunity; won: boolean } | null;

/** What the cards of the board can ask for. */
export interface Acts {
  names: ReadonlyMap<string, Contact>;
  stages: readonly Stage[];
  may: boolean;
  busy: string | undefined;
  onMove: (row: Opportunity, to: Place) => void;
  onClose: (row: Opportunity, won: boolean) => void;
}

export function Board({ may, onNew }: { may: boolean; onNew: () => void }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [view, change] = useView(START);
  const known = useQuery(cycles);
  const usable = rowsOf<Cycle>(known.data);
  const cycle = view.cycle || usable[0]?.code || "";
  const salespeople = useChoices("salesperson");
  if (known.error) return <Failed error={known.error} what={t("what.board")} again={() => void known.refetch()} />;
  if (known.data && usable.length === 0) return <FirstCycle may={may} />;
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <Select size="xs" label={t("fields:field.sales_cycle_code")} data={usable.map(({ code, description }) => ({ value: code, label: description || code }))} value={cycle || null} onChange={(chosen) => change({ cycle: chosen ?? "" })} allowDeselect={false} />
        <Select size="xs" label={t("fields:field.salesperson_code")} data={salespeople} value={view.salesperson || null} onChange={(salesperson) => change({ salesperson: salesperson ?? "" })} placeholder={t("fields:any")} clearable clearButtonProps={{ "aria-label": t("fields:clear") }} />
        {may && <Text size="xs" c="dimmed" maw="30rem">{t("board_teach")}</Text>}
      </Group>
      {cycle ? <Lanes cycle={cycle} salesperson={view.salesperson} may={may} onNew={onNew} /> : <Skeleton h="24rem" />}
    </Stack>
  );
}

function Lanes({ cycle, salesperson, may, onNew }: { cycle: string; salesperson: string; may: boolean; onNew: () => void }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const narrowed = salesperson ? { salesperson_code: salesperson } : {};
  const running = useQuery(opportunities({ ...narrowed, status: "in_progress" }));
  const waiting = useQuery(opportunities({ ...narrowed, status: "not_started" }));
  const steps = useQuery(stages(cycle));
  const rows = [...rowsOf<Opportunity>(waiting.data), ...rowsOf<Opportunity>(running.data)].filter((row) => row.sales_cycle_code === cycle);
  const names = useNames(rows.map((row) => row.contact_no));
  const [asked, ask] = useState<Asked>(null);
  const [last, setLast] = useState<{ row: Opportunity; from: Place; to: Stage } | null>(null);
  const act = useAct(({ row, to }: { row: Opportunity; to: number }) => {
    const found = moveTo(placeOf(row), to);
    return found ? move(row.no, found.action, found.stage ? { stage: found.stage } : {}) : Promise.resolve(null);
  }, SHOWS);
  const all = rowsOf<Stage>(steps.data);
  const go = (row: Opportunity, to: Place) => {
    const stage = all.find((each) => each.stage === to);
    if (!stage || placeOf(row) === to) return;
    if (asksFirst(row, stage)) ask({ what: "move", row, to: stage });
    else act.mutate({ row, to: stage.stage }, { onSuccess: () => setLast({ row, from: placeOf(row), to: stage }) });
  };
  const problem = running.error ?? waiting.error ?? steps.error;
  if (problem) return <Failed error={problem} what={t("what.board")} again={() => void Promise.all([running.refetch(), waiting.refetch(), steps.refetch()])} />;
  if (!running.data || !waiting.data || !steps.data) return <Skeleton h="24rem" />;
  const add = may && (
    <Button size="xs" onClick={onNew}>
      {t("new")}
    </Button>
  );
  if (rows.length === 0) return <Empty title={t("empty.title")} text={t("empty.text")} action={add} />;
  const acts: Acts = { names, stages: all, may, busy: act.isPending ? act.variables.row.no : undefined, onMove: go, onClose: (row, won) => ask({ what: "close", row, won }) };
  return (
    <>
      <div aria-live="polite">
        {last && (
          <Alert color="gray" p="xs">
            <Group justify="space-between">
              <Text size="sm">{t("moved", { what: last.row.description || last.row.no, stage: last.to.description })}</Text>
              {last.from !== null && (
                <Button size="compact-xs" variant="default" loading={act.isPending} onClick={() => act.mutate({ row: { ...last.row, stage: last.to.stage }, to: last.from! }, { onSuccess: () => setLast(null) })}>
                  {t("fields:undo")}
                </Button>
              )}
            </Group>
          </Alert>
        )}
      </div>
      {act.error && <Failed error={act.error} what={t("move.word")} />}
      <ScrollArea type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: "region", "aria-label": t("tab.board") }}>
        <Group align="stretch" wrap="nowrap" gap="sm">
          {board(rows, all).map((column) => (
            <Lane key={String(column.place)} column={column} acts={acts} />
          ))}
        </Group>
      </ScrollArea>
      {asked?.what === "move" && <Moving row={asked.row} to={asked.to} onClose={() => ask(null)} />}
      {asked?.what === "close" && <Closing row={asked.row} won={asked.won} onClose={() => ask(null)} />}
    </>
  );
}
