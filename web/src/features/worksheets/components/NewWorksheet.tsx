/** A new worksheet; from a live segment it is filled at once. */
import { Modal, Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Field, FieldForm, type Values, code, filled, text } from "~/components/crm/fields";
import { changed, reading } from "~/lib/api/client";
import { create, run } from "../api/worksheets";

const FIELDS: readonly Field[] = [text("description", { wide: true }), code("interaction_template", "template", { label: "template_code" }), code("campaign_no", "campaign"), code("salesperson_code", "salesperson")];

export function NewWorksheet({ segment: first = "", campaign = "", onClose }: { segment?: string; campaign?: string; onClose: () => void }) {
  const { t } = useTranslation("worksheets");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [segment, choose] = useState(first);
  const segments = useQuery(reading("/api/segments", { query: { limit: 1000 } }));
  const data = (segments.data?.items ?? []).map((each) => ({ value: String(each.segment), label: String(each.name || each.segment) }));
  const save = async (values: Values) => {
    const made = await create(filled(FIELDS, values));
    if (segment) await run("add", made.no, { rule: { segment } }, {}, made.version, {});
    await changed(queries, "/api/worksheets");
    await navigate({ to: "/worksheets/$no", params: { no: made.no } } as never);
  };
  return (
    <Modal opened onClose={onClose} title={t("new.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm fields={FIELDS} initial={{ campaign_no: campaign }} act={t("new.do")} what={t("new.title")} onSave={save} onClose={onClose}>
        <Select size="xs" label={t("new.segment")} description={t("new.segment_about")} data={data} value={segment || null} onChange={(value) => choose(value ?? "")} searchable clearable clearButtonProps={{ "aria-label": t("new.no_segment") }} />
      </FieldForm>
    </Modal>
  );
}
