/** A web hook: where messages go, and of what they tell. */
import { Button, Checkbox, Group, Modal, MultiSelect, NumberInput, SegmentedControl, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, changed, reading } from "~/lib/api/client";
import type { Hook } from "../../model/rows";

interface Props {
  hook: Hook | null;
  onClose: () => void;
  onDone: (name: string, secret: string | null) => void;
}
const ON = ["both", "enter", "exit"] as const;

export function HookForm({ hook, onClose, onDone }: Props) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const segments = useQuery(reading("/api/segments", { query: { limit: 1000 } }));
  const [name, call] = useState("");
  const [form, set] = useState({
    url: hook?.url ?? "", description: hook?.description ?? "", segments: hook?.segments ?? [], all: !hook || hook.segments === null,
    on: hook?.on ?? ("both" as Hook["on"]), attributes: hook?.attributes ?? [], batch: hook?.batch ?? 1,
  });
  const save = useMutation({
    mutationFn: async (): Promise<unknown> => {
      const { all, segments: chosen, ...rest } = form;
      if (hook) return api.patch("/api/webhooks/{hook}", { path: { hook: hook.hook }, body: { ...rest, all_segments: all, segments: all ? null : chosen } });
      return api.post("/api/webhooks/{hook}", { path: { hook: name }, body: { ...rest, segments: all ? null : chosen, enabled: true } });
    },
    onSuccess: async (found) => {
      await changed(queries, "/api/webhooks");
      const secret = (found as Record<string, unknown>).secret;
      onDone(hook?.hook ?? name, typeof secret === "string" ? secret : null);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t(hook ? "hooks.edit" : "hooks.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {!hook && <TextInput size="sm" label={t("hooks.name")} description={t("hooks.name_hint")} required pattern="[A-Za-z0-9_\-]+" value={name} onChange={(event) => call(event.currentTarget.value)} data-autofocus />}
          <TextInput size="sm" type="url" label={t("hooks.url")} description={t("hooks.url_hint")} placeholder="https://" required value={form.url} onChange={(event) => set({ ...form, url: event.currentTarget.value })} />
          <TextInput size="sm" label={t("hooks.description")} value={form.description} onChange={(event) => set({ ...form, description: event.currentTarget.value })} />
          <div>
            <Text size="sm" fw={500} mb={4}>{t("hooks.tell")}</Text>
            <SegmentedControl size="xs" value={form.on} aria-label={t("hooks.tell")} onChange={(on) => set({ ...form, on: on as Hook["on"] })} data={ON.map((value) => ({ value, label: t(`hooks.on.${value}`) }))} />
          </div>
          <Checkbox size="sm" label={t("hooks.every")} checked={form.all} onChange={(event) => set({ ...form, all: event.currentTarget.checked })} />
          {!form.all && <MultiSelect size="sm" label={t("hooks.segments")} data={segments.data?.items.map(({ segment, name: title }) => ({ value: segment, label: title })) ?? []} value={form.segments} onChange={(chosen) => set({ ...form, segments: chosen })} searchable required />}
          <Group grow align="flex-start">
            <TagsInput size="sm" label={t("hooks.attributes")} description={t("hooks.attributes_hint")} value={form.attributes} onChange={(attributes) => set({ ...form, attributes })} />
            <NumberInput size="sm" label={t("hooks.batch")} description={t("hooks.batch_hint")} min={1} max={1000} value={form.batch} onChange={(batch) => set({ ...form, batch: Number(batch) || 1 })} />
          </Group>
          {save.error != null && <Failed error={save.error} what={t("common:save")} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t("common:cancel")}</Button>
            <Button type="submit" loading={save.isPending}>{t(hook ? "common:save" : "hooks.add")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
