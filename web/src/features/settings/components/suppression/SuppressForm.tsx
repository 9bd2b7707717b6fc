/** Puts addresses or whole domains on the list, one or many pasted at once. */
import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, changed } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { parsed } from "../../model/suppressing";

export function SuppressForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [text, type] = useState("");
  const [reason, because] = useState("");
  const { addresses, domains, strange } = parsed(text);
  const add = useMutation({
    mutationFn: () => api.post("/api/suppression/add", { body: { addresses, domains, reason } }),
    onSuccess: async () => {
      await changed(queries, "/api/suppression");
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (addresses.length + domains.length > 0 && strange.length === 0) add.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("suppression.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Textarea size="sm" label={t("suppression.which")} description={t("suppression.which_hint")} required autosize minRows={3} maxRows={10} value={text} onChange={(event) => type(event.currentTarget.value)} error={strange.length > 0 && t("suppression.strange", { list: strange.slice(0, 3).join(", ") })} data-autofocus />
          <TextInput size="sm" label={t("suppression.reason")} value={reason} onChange={(event) => because(event.currentTarget.value)} />
          <Text size="xs" c="dimmed" role="status">{t("suppression.found", { addresses: number(addresses.length), domains: number(domains.length) })}</Text>
          {add.error != null && <Failed error={add.error} what={t("suppression.add")} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t("common:cancel")}</Button>
            <Button type="submit" loading={add.isPending} disabled={addresses.length + domains.length === 0 || strange.length > 0}>{t("suppression.add")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
