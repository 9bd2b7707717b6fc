/** A new opportunity; it is not started until it enters the first stage. */
import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Cycle, FieldForm, filled, rowsOf, useAct, type Values } from "~/components/crm/fields";
import { create, cycles, SHOWS } from "../../api/opportunities";
import { NEW } from "../../model/fields";

export function New({ contact, onClose }: { contact: string; onClose: () => void }) {
  const { t } = useTranslation("opportunities");
  const navigate = useNavigate();
  const known = useQuery(cycles);
  const usable = rowsOf<Cycle>(known.data).filter(({ blocked }) => !blocked);
  const act = useAct(
    (values: Values) => {
      const { contact: who, ...fields } = filled(NEW, values);
      return create(String(who ?? ""), fields);
    },
    SHOWS,
    (made) => void navigate({ to: `/opportunities/${encodeURIComponent(String((made as { no: string }).no))}` }),
  );
  return (
    <Modal opened onClose={onClose} title={t("new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm
        key={usable.length}
        fields={NEW}
        initial={{ contact, sales_cycle_code: usable.length === 1 ? usable[0]!.code : "", priority: "normal" }}
        act={t("create")}
        what={t("create")}
        onClose={onClose}
        onSave={(values) => act.mutateAsync(values)}
      />
    </Modal>
  );
}
