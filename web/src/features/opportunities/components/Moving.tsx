/** What a move to a stage needs to be told: the value, the chances, the quote that the stage wants. */
import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, type Opportunity, type Stage, useAct, type Values } from "~/components/crm/fields";
import { move, SHOWS } from "../api/opportunities";
import { MOVE } from "../model/fields";
import { moveTo, placeOf } from "../model/moving";

export interface MovingProps {
  row: Opportunity;
  /** The stage it goes to; that where it is, to bring its figures up to date. */
  to: Stage;
  onClose: () => void;
  onDone?: () => void;
}

export function Moving({ row, to, onClose, onDone }: MovingProps) {
  const { t } = useTranslation("opportunities");
  const found = moveTo(placeOf(row), to.stage) ?? { action: "update" as const };
  const act = useAct((values: Values) => move(row.no, found.action, { ...filled(MOVE, values), ...("stage" in found && found.stage ? { stage: found.stage } : {}) }), SHOWS, () => {
    onDone?.();
    onClose();
  });
  const title = found.action === "update" ? t("update") : t("move.to", { stage: to.description });
  const initial: Values = { estimated_value: row.estimated_value || null, chances_pct: found.action === "update" ? row.chances_pct : to.chances_pct, quote_no: row.quote_no };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text size="sm" mb="sm" c="dimmed">
        {[row.description || row.no, to.quote_required && !row.quote_no ? t("move.wants_quote") : ""].filter(Boolean).join(" · ")}
      </Text>
      <FieldForm fields={MOVE} initial={initial} act={title} what={title} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}
