/** Record one interaction: with whom, by which template, what happened; or put it off half way. */
import { FileInput, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, rowsOf, useAct, type Values } from "~/components/crm/fields";
import { attach, record, SHOWS, templates } from "../../api/interactions";
import { NEW, proposed } from "../../model/fields";

export function Record({ contact, onClose }: { contact: string; onClose: () => void }) {
  const { t } = useTranslation(["interactions", "fields"]);
  const known = rowsOf<Values & { code: string }>(useQuery(templates).data);
  const [file, choose] = useState<File | null>(null);
  const act = useAct(
    async ({ values, postponed }: { values: Values; postponed: boolean }) => {
      const { contact: who, template, ...fields } = filled(NEW, values);
      if (file) fields.attachment = await attach(file);
      await record(String(who ?? ""), String(template ?? ""), postponed, fields);
    },
    [...SHOWS, "/api/attachments"],
    onClose,
  );
  const template = (values: Values) => known.find(({ code }) => code === values.template);
  const follow = (values: Values, changed: string, before: Values): Values => (changed === "template" ? proposed(values, template(values), template(before)) : values);
  return (
    <Modal opened onClose={onClose} title={t("record")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm
        fields={NEW}
        initial={{ contact }}
        act={t("record")}
        what={t("record")}
        onChange={follow}
        onSave={(values) => act.mutateAsync({ values, postponed: false })}
        also={{ act: t("put_off"), onSave: (values) => act.mutateAsync({ values, postponed: true }) }}
        onClose={onClose}
      >
        <FileInput size="xs" label={t("fields:field.attachment")} placeholder={t("choose_file")} value={file} onChange={choose} clearable clearButtonProps={{ "aria-label": t("fields:clear") }} />
      </FieldForm>
    </Modal>
  );
}
