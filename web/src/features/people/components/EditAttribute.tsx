/** One attribute, to be set, changed or cleared; a new one gets a name as well. */
import { Autocomplete, Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api } from "~/lib/api/client";
import { settled } from "~/lib/refresh";
import { TIMELINE, vocabulary } from "../api/people";
import { type Kind, kindOf, valueOf, type Value } from "../model/filters";

interface Props {
  profile: string;
  /** Empty: another attribute than those that are there. */
  name: string;
  value: unknown;
  /** Names that the workspace knows and this person has no value for. */
  unset?: readonly string[];
  onDone: () => void;
}

const kindOfValue = (value: unknown): Kind => (typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text");

export function EditAttribute({ profile, name, value, unset = [], onDone }: Props) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const [called, call] = useState(name);
  const [text, type] = useState(value === null ? "" : String(value));
  const schema = useQuery({ ...vocabulary, enabled: name === "" });
  const declared = schema.data?.attributes.find((each) => each.name === called)?.kind;
  const kind = name ? kindOfValue(value) : declared ? kindOf(declared) : "text";
  const given = valueOf(text, kind);
  const save = useMutation({
    mutationFn: (next: Value) => api.patch("/api/profiles/{profile}", { path: { profile }, body: { attributes: { [called]: next } } }),
    onSuccess: async () => {
      await settled(queries, "/api/profiles", TIMELINE, "/api/schema");
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (called && given !== undefined) save.mutate(given);
  };
  return (
    <form onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && onDone()}>
      <Stack gap="xs" mb="xs">
        {name === "" && <Autocomplete size="xs" label={t("attribute.name")} data={[...unset]} value={called} onChange={call} autoFocus />}
        {kind === "boolean" ? (
          <Select size="xs" label={t("filter.value")} value={text || null} onChange={(next) => type(next ?? "")} data={[{ value: "true", label: t("yes") }, { value: "false", label: t("no") }]} />
        ) : (
          <TextInput size="xs" label={name || t("filter.value")} value={text} onChange={(event) => type(event.currentTarget.value)} autoFocus={name !== ""} inputMode={kind === "number" ? "decimal" : undefined}
            error={kind === "number" && text !== "" && given === undefined ? t("attribute.number") : undefined} />
        )}
        {save.error && <Failed error={save.error} what={t("attribute.save")} />}
        <Group gap="xs">
          <Button type="submit" size="compact-xs" loading={save.isPending} disabled={!called || given === undefined}>{t("common:save")}</Button>
          <Button size="compact-xs" variant="default" onClick={onDone}>{t("common:cancel")}</Button>
          {name !== "" && <Button size="compact-xs" variant="subtle" color="red" disabled={save.isPending} onClick={() => save.mutate(null)}>{t("attribute.clear")}</Button>}
        </Group>
      </Stack>
    </form>
  );
}
