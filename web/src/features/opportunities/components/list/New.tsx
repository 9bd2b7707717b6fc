/** A new opportunity; it is not started until it enters the first stage. */
import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Cycle, FieldForm, filled, rowsOf, useAct, type Values } from "~/components/crm/fields";
import { Loaded } from "~/components/Loaded";
import { create, cycles, SHOWS } from "../../api/opportunities";
import { NEW } from "../../model/fields";

export function New({ contact, onClose }: { contact: string; onClose: () => void }) {
  const { t } = useTranslation("opportunities");
  const navigate = useNavigate();
  const known = useQuery(cycles);
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
      <Loaded query={known} what={t("new")} height={420}>
        {(found) => <FieldForm fields={NEW} initial={begun(contact, rowsOf<Cycle>(found))} act={t("create")} what={t("create")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />}
      </Loaded>
    </Modal>
  );
}

/** With the one sales cycle there is to choose, if there is one only. */
function begun(contact: string, cycles: readonly Cycle[]): Values {
  const usable = cycles.filter(({ blocked }) => !blocked);
  return { contact, sales_cycle_code: usable.length === 1 ? usable[0]!.code : "", priority: "normal" };
}
