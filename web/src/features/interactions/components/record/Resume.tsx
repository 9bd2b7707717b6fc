/** Finish an interaction that was put off. */
import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, type Interaction, useAct, useNames, type Values } from "~/components/crm/fields";
import { resume, SHOWS } from "../../api/interactions";
import { begun, HAPPENED } from "../../model/fields";

export function Resume({ row, onClose }: { row: Interaction; onClose: () => void }) {
  const { t } = useTranslation("interactions");
  const name = useNames([row.contact_no]).get(row.contact_no)?.name ?? row.contact_no;
  const act = useAct((values: Values) => resume(row.id, filled(HAPPENED, values)), SHOWS, onClose);
  return (
    <Modal opened onClose={onClose} title={t("resume")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text size="sm" mb="sm">
        {name} · {row.template_code}
      </Text>
      <FieldForm fields={HAPPENED} initial={begun(row)} act={t("record")} what={t("resume")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}
