/** A new key: what it is for, until when it is good, and area by area what it may do. */
import { Button, Group, Modal, SegmentedControl, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, changed } from "~/lib/api/client";
import { ROLES } from "../../model/rows";
import { AREAS, LEVELS, type Level, levelsOfRole, NOTHING, scopesOf } from "../../model/scopes";

const ENDS = ["30 days", "90 days", "365 days", ""] as const;

export function KeyForm({ onClose, onDone }: { onClose: () => void; onDone: (name: string, key: string) => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [name, call] = useState("");
  const [expires, last] = useState<string>("90 days");
  const [levels, give] = useState(NOTHING);
  const scopes = scopesOf(levels);
  const make = useMutation({
    mutationFn: () => api.post("/api/keys", { body: { name, scopes, role: "", expires: expires || null } }),
    onSuccess: async (found) => {
      await changed(queries, "/api/keys");
      onDone(name, String((found as Record<string, unknown>).key));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (scopes.length > 0) make.mutate();
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={t("keys.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group grow align="flex-start">
            <TextInput size="sm" label={t("keys.name")} placeholder={t("keys.name_example")} required value={name} onChange={(event) => call(event.currentTarget.value)} data-autofocus />
            <Select size="sm" label={t("keys.expires")} data={ENDS.map((value) => ({ value, label: t(value ? `keys.end.${value.split(" ")[0]}` : "keys.never") }))} value={expires} allowDeselect={false} onChange={(value) => last(value ?? "")} />
          </Group>
          <Group gap={4} role="group" aria-label={t("keys.as_role")}>
            <Text size="xs" c="dimmed">{t("keys.as_role")}</Text>
            {ROLES.map((role) => <Button key={role} size="compact-xs" variant="default" onClick={() => give(levelsOfRole(role))}>{t(`common:role.${role}`)}</Button>)}
            <Button size="compact-xs" variant="subtle" onClick={() => give(NOTHING)}>{t("keys.nothing")}</Button>
          </Group>
          <Table verticalSpacing={5} aria-label={t("keys.scopes")}>
            <Table.Tbody>
              {AREAS.map((area) => (
                <Table.Tr key={area}>
                  <Table.Td><Text size="sm" fw={500}>{t(`area.${area}.name`)}</Text><Text size="xs" c="dimmed">{t(`area.${area}.means`)}</Text></Table.Td>
                  <Table.Td w="15rem">
                    <SegmentedControl size="xs" fullWidth aria-label={t(`area.${area}.name`)} value={levels[area]} onChange={(level) => give({ ...levels, [area]: level as Level })} data={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {scopes.length === 0 && <Text size="xs" c="dimmed">{t("keys.choose")}</Text>}
          {make.error != null && <Failed error={make.error} what={t("keys.add")} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t("common:cancel")}</Button>
            <Button type="submit" loading={make.isPending} disabled={scopes.length === 0}>{t("keys.make")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
