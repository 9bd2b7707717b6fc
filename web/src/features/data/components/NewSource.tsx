/** A new source: an id, a name, and for connectors where they read. */
import { Button, Group, JsonInput, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, changed } from "~/lib/api/client";
import { objectOf, written } from "../model/json";

const KINDS = ["http", "kafka", "nats", "postgres"] as const;
/** What a connector needs at least; the guides say what else there is. */
const FIRST: Record<string, Record<string, unknown>> = {
  kafka: { servers: ["kafka.example:9092"], topics: ["orders"] },
  nats: { servers: ["nats://nats.example:4222"], subject: "shop.orders.>" },
  postgres: { url: "postgresql://reader@db.example/shop", query: "SELECT id, customer_id, placed_at, total FROM orders", every: "1 minute" },
};

export function NewSource({ opened, onClose, onMade }: { opened: boolean; onClose: () => void; onMade: (source: string) => void }) {
  const { t } = useTranslation("data");
  return (
    <Modal opened={opened} onClose={onClose} title={t("source.new")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      {opened && <Form onClose={onClose} onMade={onMade} />}
    </Modal>
  );
}

function Form({ onClose, onMade }: { onClose: () => void; onMade: (source: string) => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const [id, identify] = useState("");
  const [name, call] = useState("");
  const [kind, choose] = useState<string>("http");
  const [text, write] = useState("{}");
  const settings = objectOf(text);
  const make = useMutation({
    mutationFn: () => api.post("/api/sources/{source}", { path: { source: id }, body: { kind, name, settings: kind === "http" ? null : settings } }),
    onSuccess: async () => {
      await changed(queries, "/api/sources", "/api/source-connections");
      onMade(id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const pick = (next: string | null) => {
    choose(next ?? "http");
    write(written(FIRST[next ?? ""]));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput size="sm" label={t("source.id")} description={t("source.id_hint")} required value={id} onChange={(event) => identify(event.currentTarget.value)} data-autofocus />
        <TextInput size="sm" label={t("source.name")} value={name} onChange={(event) => call(event.currentTarget.value)} />
        <Select size="sm" label={t("source.kind")} value={kind} onChange={pick} allowDeselect={false} data={KINDS.map((value) => ({ value, label: t(`source.kinds.${value}`) }))} />
        {kind !== "http" && <JsonInput label={t("source.settings")} description={t("source.settings_hint")} value={text} onChange={write} autosize minRows={5} error={settings ? undefined : t("bad_json")} spellCheck={false} />}
        {make.error && <Failed error={make.error} what={t("source.new")} />}
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={onClose}>{t("common:cancel")}</Button>
          <Button size="xs" type="submit" loading={make.isPending} disabled={!id || (kind !== "http" && !settings)}>{t("source.make")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
