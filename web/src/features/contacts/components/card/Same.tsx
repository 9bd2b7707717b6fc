/** Others that may be this contact; and, for those the search does not find, a merge with any other. */
import { Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Contact, ContactPicker } from "~/components/crm/fields";
import { Duplicates } from "../duplicates/Duplicates";
import { Merge } from "../duplicates/Merge";

export function Same({ contact, may }: { contact: Contact; may: boolean }) {
  const { t } = useTranslation("contacts");
  const [other, choose] = useState("");
  const [asked, ask] = useState(false);
  return (
    <Stack gap="md">
      <Duplicates only={contact.no} />
      {may && (
        <Group align="flex-end" gap="xs">
          <ContactPicker label={t("duplicates.with")} value={other} onChange={choose} only={contact.type} />
          <Button size="xs" variant="default" disabled={!other || other === contact.no} onClick={() => ask(true)}>
            {t("duplicates.merge")}
          </Button>
        </Group>
      )}
      {asked && <Merge pair={{ contact_no: contact.no, other_no: other }} onClose={() => ask(false)} />}
    </Stack>
  );
}
