/** Which column is what, and what the file would give: asked of the server with every change. */
import { Alert, Autocomplete, Button, Group, SegmentedControl, Stack, Switch } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api, asking, changed } from "~/lib/api/client";
import { type Preview, vocabulary } from "../api/data";
import { kept } from "../model/columns";
import { type Choice, guessed, mappingOf, missing, type What } from "../model/mapping";
import { Columns } from "./Columns";
import { Outlook } from "./Outlook";

export function LookFirst({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation("data");
  const [what, choose] = useState<What>("events");
  return (
    <Stack gap="sm">
      <SegmentedControl size="xs" w="fit-content" value={what} onChange={(next) => choose(next as What)} aria-label={t("import.what")} data={(["events", "profiles"] as const).map((value) => ({ value, label: t(`import.whats.${value}`) }))} />
      <Form key={what} id={id} what={what} onDone={onDone} />
    </Stack>
  );
}

function Form({ id, what, onDone }: { id: string; what: What; onDone: () => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const names = useQuery(vocabulary);
  const [choices, choose] = useState<Choice[]>(() => guessed(kept(id), what));
  const [event, call] = useState("");
  const [replace, replacing] = useState(false);
  const lacking = choices.length ? missing(choices, what, event) : [];
  const said = { what, replace, mapping: choices.length ? mappingOf(choices, what === "events" ? event : "") : null, event: choices.length ? null : event || null };
  const [asked] = useDebouncedValue(JSON.stringify(said), 300);
  const { replace: _, ...looked } = JSON.parse(asked) as typeof said;
  const preview = useQuery({ ...asking("/api/imports/{id}/preview", { path: { id }, body: looked }), enabled: lacking.length === 0, placeholderData: keepPreviousData, retry: false });
  const start = useMutation({
    mutationFn: () => api.post("/api/imports/{id}/start", { path: { id }, body: said }),
    onSuccess: async () => {
      await changed(queries, "/api/imports", "/api/schema");
      onDone();
    },
  });
  const named = choices.some(({ role }) => role === "event");
  return (
    <Stack gap="sm">
      {choices.length === 0 && <Alert variant="light" color="blue">{t("upload.no_columns")}</Alert>}
      <Columns choices={choices} what={what} onChange={choose} />
      <Group gap="md" align="flex-end">
        {what === "events" && !named && <Autocomplete size="xs" w={240} label={t("upload.event")} description={t("upload.event_hint")} data={names.data?.events.map(({ name }) => name) ?? []} value={event} onChange={call} />}
        {what === "events" && <Switch size="xs" label={t("upload.replace")} checked={replace} onChange={(change) => replacing(change.currentTarget.checked)} />}
      </Group>
      {lacking.length > 0 ? <Alert variant="light" color="yellow" role="status">{lacking.map((each) => t(`upload.missing.${each}`)).join(" ")}</Alert> : <Outlook query={preview as never} />}
      {start.error && <Failed error={start.error} what={t("upload.start")} />}
      <Group gap="xs">
        <Button size="xs" disabled={lacking.length > 0 || preview.isError || !preview.data} loading={start.isPending} onClick={() => start.mutate()}>{t("upload.start_rows", { count: sum(preview.data as unknown as Preview | undefined) })}</Button>
        <Button size="xs" variant="default" onClick={onDone}>{t("upload.later")}</Button>
      </Group>
    </Stack>
  );
}

const sum = (preview: Preview | undefined): number => Object.values(preview?.accepted ?? {}).reduce((all, each) => all + each, 0);
