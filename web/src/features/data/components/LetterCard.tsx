/** One letter: why it lies here, what it holds, and what can be done about it. */
import { Alert, Button, Drawer, Group, JsonInput, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { When } from "~/components/When";
import { api } from "~/lib/api/client";
import { settled } from "~/lib/refresh";
import { useMay } from "~/lib/session";
import { type Letter, letter } from "../api/data";
import { objectOf, written } from "../model/json";

export function LetterCard({ number, onClose }: { number: number; onClose: () => void }) {
  const { t } = useTranslation("data");
  const query = useQuery({ ...letter(number), enabled: number > 0 });
  return (
    <Drawer opened={number > 0} onClose={onClose} position="right" size="lg" title={t("letter.one", { letter: number })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {number > 0 && (
        <Loaded query={query} what={t("letter.one", { letter: number })} height={320}>
          {(found) => <Told key={found.letter} found={found} onClose={onClose} />}
        </Loaded>
      )}
    </Drawer>
  );
}

function Told({ found, onClose }: { found: Letter; onClose: () => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const may = useMay("data:write") && (found.status === "open" || found.status === "mended");
  const first = written(found.payload);
  const [text, write] = useState(first);
  const payload = objectOf(text);
  const letters = [found.letter];
  const act = useMutation({
    mutationFn: async (what: "replay" | "dismiss") => {
      if (what === "dismiss") return void (await api.post("/api/letters/dismiss", { body: { letters } }));
      if (text !== first) await api.post("/api/letters/mend", { body: { letters, payload: payload! } });
      const sent = (await api.post("/api/letters/replay", { body: { letters } })) as { left?: Record<string, string> };
      const [left] = Object.values(sent.left ?? {});
      if (left) throw new Error(left);
    },
    onSuccess: async () => {
      onClose();
      await settled(queries, "/api/letters", "/api/letter-counts", "/api/schema");
    },
  });
  return (
    <Stack gap="sm">
      <Alert color="orange" variant="light" title={found.reason}>
        {found.hint}
      </Alert>
      <Text size="sm" c="dimmed">
        {[t(`letter.codes.${found.code}`, found.code), found.event, found.column, found.source].filter(Boolean).join(" · ")} · <When at={found.received} />
      </Text>
      <JsonInput label={t("letter.payload")} description={may ? t("letter.mend_hint") : undefined} value={text} onChange={write} readOnly={!may} autosize minRows={8} maxRows={24} error={payload ? undefined : t("bad_json")} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} />
      {act.error && <Failed error={act.error} what={t(`letter.${act.variables}`)} />}
      {may && (
        <Group gap="xs">
          <Button size="xs" disabled={!payload} loading={act.isPending && act.variables === "replay"} onClick={() => act.mutate("replay")}>{t(text === first ? "letter.replay" : "letter.mend_replay")}</Button>
          <Button size="xs" variant="subtle" color="red" loading={act.isPending && act.variables === "dismiss"} onClick={() => act.mutate("dismiss")}>{t("letter.dismiss")}</Button>
        </Group>
      )}
    </Stack>
  );
}
