/** A new company or person: the few fields that matter, and the number that it gets. */
import { Modal, SegmentedControl, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldForm, filled, useAct } from "~/components/crm/fields";
import { create, SHOWS_CONTACTS } from "../../api/contacts";
import { type ContactType, first } from "../../model/groups";

export function NewContact({ opened, onClose, company = "" }: { opened: boolean; onClose: () => void; company?: string }) {
  const { t } = useTranslation(["contacts", "fields"]);
  const [type, setType] = useState<ContactType>("person");
  const navigate = useNavigate();
  const fields = first(type);
  const act = useAct(
    (values: Parameters<typeof filled>[1]) => create(type, filled(fields, values)),
    SHOWS_CONTACTS,
    (made) => void navigate({ to: `/contacts/${encodeURIComponent(String((made as { no: string }).no))}` }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={t("new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <SegmentedControl
          size="xs"
          value={type}
          onChange={(chosen) => setType(chosen as ContactType)}
          aria-label={t("fields:field.type")}
          data={[
            { value: "person", label: t("fields:choice.person") },
            { value: "company", label: t("fields:choice.company") },
          ]}
        />
        <FieldForm fields={fields} initial={{ company_no: company }} act={t("create")} what={t("create")} onSave={(values) => act.mutateAsync(values)} onClose={onClose} />
      </Stack>
    </Modal>
  );
}
