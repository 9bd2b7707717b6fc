/** Close an opportunity as won or lost, with the reason. It is not opened again. */
import { Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, type Opportunity, useAct, type Values } from "~/components/crm/fields";
import { close, SHOWS } from "../api/opportunities";
import { LOST, WON } from "../model/fields";

export function Closing({ row, won: asked = true, onClose }: { row: Opportunity; won?: boolean; onClose: () => void }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const [won, choose] = useState(asked);
  const fields = won ? WON : LOST;
  const act = useAct((values: Values) => close(row.no, won, filled(fields, values)), SHOWS, onClose);
  return (
    <Modal opened onClose={onClose} title={t("close.title", { what: row.description || row.no })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t("fields:field.status")}
          value={won ? "won" : "lost"}
          onChange={(chosen) => choose(chosen === "won")}
          data={(["won", "lost"] as const).map((value) => ({ value, label: t(`fields:choice.${value}`) }))}
        />
        <Text size="sm" c="dimmed">
          {t(won ? "close.won" : "close.lost")}
        </Text>
        <FieldForm key={String(won)} fields={fields} initial={{ value: row.estimated_value || null }} act={t(won ? "close.act_won" : "close.act_lost")} what={t("close.word")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
      </Stack>
    </Modal>
  );
}
