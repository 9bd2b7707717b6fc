/** Lets somebody in, or changes who she is and what she may do. */
import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, changed } from "~/lib/api/client";
import { type Account, type Role, ROLES } from "../../model/rows";

interface Props {
  account: Account | null;
  onClose: () => void;
  onDone: (email: string, password: unknown) => void;
}

export function AccountForm({ account, onClose, onDone }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [form, set] = useState({
    email: account?.email ?? "", name: account?.name ?? "", role: account?.role ?? ("viewer" as Role), disabled: account?.disabled ?? false,
    crm_user: account?.crm_user ?? "", salesperson_code: account?.salesperson_code ?? "",
  });
  const save = useMutation({
    mutationFn: () => {
      const { disabled, ...rest } = form;
      return account ? api.patch("/api/accounts/{account}", { path: { account: account.id }, body: { ...rest, disabled } }) : api.post("/api/accounts", { body: { ...rest, must_change: true } });
    },
    onSuccess: async (found) => {
      await changed(queries, "/api/accounts", "/api/sessions");
      onDone(form.email, account ? null : (found as Record<string, unknown>).password);
    },
  });
  const text = (name: "email" | "name" | "crm_user" | "salesperson_code") => ({
    size: "sm" as const, label: t(`accounts.${name}`), value: form[name], onChange: (event: { currentTarget: HTMLInputElement }) => set({ ...form, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t(account ? "accounts.edit" : "accounts.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput {...text("email")} type="email" required data-autofocus autoComplete="off" />
          <TextInput {...text("name")} />
          <Select size="sm" label={t("accounts.role")} data={ROLES.map((value) => ({ value, label: t(`common:role.${value}`) }))} value={form.role} allowDeselect={false} onChange={(role) => set({ ...form, role: role as Role })} description={t(`role.${form.role}`)} />
          <Group grow>
            <TextInput {...text("crm_user")} placeholder={form.email} />
            <TextInput {...text("salesperson_code")} />
          </Group>
          {account && <Checkbox size="sm" label={t("accounts.disable")} description={t("accounts.disable_means")} checked={form.disabled} onChange={(event) => set({ ...form, disabled: event.currentTarget.checked })} />}
          {!account && <Text size="xs" c="dimmed">{t("accounts.will_get")}</Text>}
          {save.error != null && <Failed error={save.error} what={t("common:save")} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t("common:cancel")}</Button>
            <Button type="submit" loading={save.isPending}>{t(account ? "common:save" : "accounts.add")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
