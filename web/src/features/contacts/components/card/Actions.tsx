/** What is done with a contact as a whole. */
import { Button, List, Menu, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { type Contact, FieldForm, filled, text, useAct, useNames, place } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { becomeCustomer, becomeVendor, change, remove, SHOWS_CONTACTS } from "../../api/contacts";

type Asked = "delete" | "type" | "customer" | "vendor" | null;

export function Actions({ row }: { row: Contact }) {
  const { t } = useTranslation("contacts");
  const [asked, ask] = useState<Asked>(null);
  const close = () => ask(null);
  return (
    <>
      <Button size="xs" component={Link} {...place("/interactions", { new: row.no })}>
        {t("act.interaction")}
      </Button>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <Button size="xs" variant="default">
            {t("act.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} {...place("/opportunities", { new: row.no })}>
            {t("act.opportunity")}
          </Menu.Item>
          <Menu.Item component={Link} {...place("/tasks", { new: row.no })}>
            {t("act.task")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => ask("customer")}>{t("act.customer")}</Menu.Item>
          <Menu.Item onClick={() => ask("vendor")}>{t("act.vendor")}</Menu.Item>
          <Menu.Item onClick={() => ask("type")}>{t(row.type === "company" ? "act.to_person" : "act.to_company")}</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => ask("delete")}>
            {t("common:delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "delete" && <Deleting row={row} onClose={close} />}
      {asked === "type" && <ChangingType row={row} onClose={close} />}
      {(asked === "customer" || asked === "vendor") && <Becoming row={row} what={asked} onClose={close} />}
    </>
  );
}

/** Says first who would be gone: a company takes its persons with it. */
function Deleting({ row, onClose }: { row: Contact; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const preview = useQuery({ queryKey: ["/api/contacts/{no}", "delete", row.no], queryFn: () => remove(row.no, true), retry: false, gcTime: 0 });
  const gone = (preview.data ?? []) as string[];
  const names = useNames(gone.slice(0, 50));
  const act = useAct(() => remove(row.no, false), SHOWS_CONTACTS, () => void navigate({ to: "/contacts" }));
  if (preview.error) {
    return (
      <Modal opened onClose={onClose} title={t("delete.title", { name: row.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
        <Failed error={preview.error} what={t("common:delete")} />
      </Modal>
    );
  }
  return (
    <Confirm opened danger title={t("delete.title", { name: row.name })} act={t("common:delete")} busy={act.isPending || preview.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      <Text size="sm">{t(row.type === "company" ? "delete.company" : "delete.person", { count: Math.max(gone.length - 1, 0) })}</Text>
      <List size="sm" mt="xs">
        {gone.slice(0, 10).map((no) => (
          <List.Item key={no}>{names.get(no)?.name ?? no}</List.Item>
        ))}
      </List>
      {gone.length > 10 && <Text size="xs" c="dimmed">{t("persons.more", { number: gone.length - 10 })}</Text>}
    </Confirm>
  );
}

function ChangingType({ row, onClose }: { row: Contact; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const to = row.type === "company" ? "person" : "company";
  const act = useAct(() => change(row.no, row.version, { type: to }), SHOWS_CONTACTS, onClose);
  return (
    <Confirm opened title={t(`act.to_${to}`)} act={t(`act.to_${to}`)} busy={act.isPending} error={act.error} onAct={() => act.mutate()} onClose={onClose}>
      {t(`type_change.${to}`)}
    </Confirm>
  );
}

function Becoming({ row, what, onClose }: { row: Contact; what: "customer" | "vendor"; onClose: () => void }) {
  const { t } = useTranslation("contacts");
  const field = text(what === "customer" ? "customer" : "vendor", { required: true, label: "no", wide: true });
  const act = useAct((no: string) => (what === "customer" ? becomeCustomer(row.no, no) : becomeVendor(row.no, no)), SHOWS_CONTACTS, onClose);
  return (
    <Modal opened onClose={onClose} title={t(`act.${what}`)} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Text size="sm" mb="sm">
        {t(`become.${what}`)}
      </Text>
      <FieldForm fields={[field]} act={t(`act.${what}`)} what={t(`act.${what}`)} onClose={onClose} onSave={(values) => act.mutateAsync(String(filled([field], values)[field.name] ?? ""))} />
    </Modal>
  );
}
