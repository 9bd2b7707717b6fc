/** Addresses besides that of the card, each with the days on which it is in force. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { code, day as dayField, type Field, FieldForm, rowsOf, sent, text, useAct, type Values } from "~/components/crm/fields";
import { Loaded } from "~/components/Loaded";
import { Empty, Panel } from "~/components/Page";
import { addresses, putAddress, putDates, removeAddress } from "../../api/contacts";

const FIELDS: Field[] = [
  text("name", { wide: true }), text("address", { wide: true }), text("address_2", { wide: true }), text("post_code"), text("city"), text("county"),
  code("country_code", "country"), text("email", { type: "email" }), text("phone_no", { type: "tel" }), text("mobile_phone_no", { type: "tel" }), text("home_page"),
];
const CODE = text("code", { required: true, wide: true });
const DATES = [dayField("starts"), dayField("ends")];
const SHOWS = ["/api/contacts/{no}/addresses"];

type Row = Values & { code: string; name: string; address: string; post_code: string; city: string };
type Asked = { what: "edit"; row: Row | null } | { what: "dates" | "remove"; row: Row } | null;

export function Addresses({ contact, may }: { contact: string; may: boolean }) {
  const { t } = useTranslation("contacts");
  const query = useQuery(addresses(contact));
  const [asked, ask] = useState<Asked>(null);
  const close = () => ask(null);
  const add = may && (
    <Button size="xs" variant="default" onClick={() => ask({ what: "edit", row: null })}>
      {t("addresses.new")}
    </Button>
  );
  return (
    <Loaded query={query} what={t("card.addresses")} height="12rem">
      {(page) => {
        const rows = rowsOf<Row>(page);
        return (
          <Stack gap="md">
            {rows.length === 0 ? <Empty title={t("addresses.none")} text={t("addresses.teach")} action={add} /> : <Group justify="flex-end">{add}</Group>}
            {rows.map((row) => (
              <Panel key={row.code} title={row.code} right={may && <Buttons row={row} ask={ask} />}>
                <Text size="sm">{[row.name, row.address, [row.post_code, row.city].filter(Boolean).join(" "), row.country_code, row.email, row.phone_no].filter(Boolean).join(" · ")}</Text>
              </Panel>
            ))}
            {asked?.what === "edit" && <Editing contact={contact} row={asked.row} onClose={close} />}
            {asked?.what === "dates" && <Dating contact={contact} row={asked.row} onClose={close} />}
            {asked?.what === "remove" && <Removing contact={contact} row={asked.row} onClose={close} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Buttons({ row, ask }: { row: Row; ask: (asked: Asked) => void }) {
  const { t } = useTranslation("contacts");
  return (
    <Group gap="xs">
      <Button size="compact-xs" variant="default" onClick={() => ask({ what: "dates", row })}>
        {t("addresses.dates")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => ask({ what: "edit", row })}>
        {t("addresses.edit")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="red" onClick={() => ask({ what: "remove", row })}>
        {t("common:delete")}
      </Button>
    </Group>
  );
}

function Editing({ contact, row, onClose }: { contact: string; row: Row | null; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const act = useAct(
    (values: Values) => putAddress(contact, row?.code ?? String(values.code ?? ""), Object.fromEntries(FIELDS.map((field) => [field.name, sent(field, values[field.name])]))),
    SHOWS,
    onClose,
  );
  return (
    <Modal opened onClose={onClose} title={row ? row.code : t("addresses.new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <FieldForm fields={row ? FIELDS : [CODE, ...FIELDS]} initial={row ?? {}} act={t("common:save")} what={t("card.addresses")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}

function Dating({ contact, row, onClose }: { contact: string; row: Row; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const at = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
  const act = useAct((values: Values) => putDates(contact, row.code, at(values.starts), at(values.ends)), SHOWS, onClose);
  return (
    <Modal opened onClose={onClose} title={t("addresses.dates_of", { code: row.code })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text size="sm" mb="sm" c="dimmed">
        {t("addresses.dates_teach")}
      </Text>
      <FieldForm fields={DATES} act={t("common:save")} what={t("addresses.dates")} onClose={onClose} onSave={(values) => act.mutateAsync(values)} />
    </Modal>
  );
}

function Removing({ contact, row, onClose }: { contact: string; row: Row; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const act = useAct(() => removeAddress(contact, row.code), SHOWS, onClose);
  return (
    <Confirm opened danger title={t("addresses.remove", { code: row.code })} act={t("common:delete")} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      {t("addresses.remove_means")}
    </Confirm>
  );
}
