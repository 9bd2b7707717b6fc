/** Notes on something of the CRM, the newest first; one that was removed can be written again at once. */
import { Alert, Button, Group, Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Note, rowsOf, useAct } from "~/components/crm/fields";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { api, reading } from "~/lib/api/client";
import { day } from "~/lib/i18n/format";

export function Notes({ of, kind, may }: { of: string; kind: string; may: boolean }) {
  const { t } = useTranslation(["notes", "fields"]);
  const query = useQuery(reading("/api/notes/{kind}/{key}", { path: { kind, key: of } }));
  const [gone, setGone] = useState<Note | null>(null);
  const add = useAct((text: string) => api.post("/api/notes/{kind}/{key}", { path: { kind, key: of }, body: { text } }), ["/api/notes"]);
  const remove = useAct((note: Note) => api.delete("/api/notes/{id}", { path: { id: note.id } }).then(() => setGone(note)), ["/api/notes"]);
  return (
    <Panel title={t("title")}>
      <Stack gap="sm">
        {may && <Writing onAdd={(text) => add.mutateAsync(text)} />}
        {(add.error ?? remove.error) != null && <Failed error={add.error ?? remove.error} what={t("title")} />}
        {gone && (
          <Alert color="gray" p="xs">
            <Group justify="space-between">
              <Text size="sm">{t("gone")}</Text>
              <Button size="compact-xs" variant="default" onClick={() => add.mutate(gone.text, { onSuccess: () => setGone(null) })}>
                {t("fields:undo")}
              </Button>
            </Group>
          </Alert>
        )}
        <Loaded query={query} what={t("title")} height="4rem">
          {(page) => {
            const rows = rowsOf<Note>(page);
            if (rows.length === 0) return <Text size="sm" c="dimmed">{t("none")}</Text>;
            return rows.map((note) => <One key={note.id} note={note} onRemove={may ? () => remove.mutate(note) : undefined} />);
          }}
        </Loaded>
      </Stack>
    </Panel>
  );
}

function One({ note, onRemove }: { note: Note; onRemove?: () => void }) {
  const { t } = useTranslation(["notes", "fields"]);
  return (
    <div>
      <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
        {note.text}
      </Text>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {day(note.date)} · {note.by}
        </Text>
        {onRemove && (
          <UnstyledButton fz="xs" c="dimmed" td="underline" onClick={onRemove} aria-label={t("remove", { text: note.text.slice(0, 40) })}>
            {t("common:delete")}
          </UnstyledButton>
        )}
      </Group>
    </div>
  );
}

function Writing({ onAdd }: { onAdd: (text: string) => Promise<unknown> }) {
  const { t } = useTranslation(["notes", "fields"]);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try {
      await onAdd(text);
      setText("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Textarea size="xs" autosize minRows={2} aria-label={t("new")} placeholder={t("new")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Group justify="flex-end">
        <Button size="compact-xs" disabled={!text.trim()} loading={busy} onClick={() => void add().catch(() => undefined)}>
          {t("add")}
        </Button>
      </Group>
    </Stack>
  );
}
