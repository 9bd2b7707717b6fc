/** A new task, for a salesperson or every member of a team. */
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, useAct, type Values } from "~/components/crm/fields";
import { createTask, SHOWS } from "../../api/opportunities";
import { TASK } from "../../model/fields";

export function NewTask({ initial, onClose, onDone }: { initial: Values; onClose: () => void; onDone?: () => void }) {
  const { t } = useTranslation("opportunities");
  const act = useAct((values: Values) => createTask(filled(TASK, values)), SHOWS, () => {
    onClose();
    onDone?.();
  });
  return (
    <Modal opened onClose={onClose} title={t("task.new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm fields={TASK} initial={{ priority: "normal", ...initial }} act={t("task.create")} what={t("task.create")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}
