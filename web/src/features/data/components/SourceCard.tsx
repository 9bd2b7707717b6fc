/** One source: its key to copy, how to send with it, a new key, or the end of it. */
import { Button, Code, CopyButton, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { Loaded } from "~/components/Loaded";
import { Snippet } from "~/components/snippet/Snippet";
import { When } from "~/components/When";
import { api, changed, reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { written } from "../model/json";

interface Source {
  source: string;
  name: string;
  kind: string;
  settings: Record<string, unknown>;
  write_key: string | null;
  seen_at: string | null;
  requests: number;
}

export function SourceCard({ source, onClose }: { source: string; onClose: () => void }) {
  const { t } = useTranslation("data");
  return (
    <Drawer opened={source !== ""} onClose={onClose} position="right" size="lg" title={t("source.one", { source })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {source !== "" && <Known source={source} onClose={onClose} />}
    </Drawer>
  );
}

function Known({ source, onClose }: { source: string; onClose: () => void }) {
  const { t } = useTranslation("data");
  const may = useMay("data:write");
  const query = useQuery(reading("/api/sources/{source}", { path: { source } }));
  const [asked, ask] = useState<"rotate" | "forget" | undefined>();
  return (
    <Loaded query={query} what={t("source.one", { source })} height={320}>
      {(found) => {
        const known = found as unknown as Source;
        return (
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {t(`source.kinds.${known.kind}`, known.kind)} · {t("source.counted", { count: known.requests, requests: number(known.requests) })} · {t("source.seen")} <When at={known.seen_at} />
            </Text>
            {known.write_key && <Key text={known.write_key} />}
            {known.kind === "http" && known.write_key && (
              <section>
                <Title order={3} mb="xs">{t("source.how")}</Title>
                <Snippet address={window.location.origin} writeKey={known.write_key} />
              </section>
            )}
            {known.kind !== "http" && <Code block tabIndex={0} role="region" aria-label={t("source.settings")}>{written(known.settings)}</Code>}
            {may && (
              <Group gap="xs">
                {known.write_key && <Button size="xs" variant="default" onClick={() => ask("rotate")}>{t("source.rotate")}</Button>}
                <Button size="xs" variant="light" color="red" onClick={() => ask("forget")}>{t("source.forget")}</Button>
              </Group>
            )}
            {asked && <Sure act={asked} source={source} onClose={() => ask(undefined)} onDone={() => (asked === "forget" ? onClose() : ask(undefined))} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Key({ text }: { text: string }) {
  const { t } = useTranslation(["data", "snippet"]);
  return (
    <section>
      <Title order={3} mb="xs">{t("source.key")}</Title>
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
        <CopyButton value={text}>{({ copied, copy }) => <Button size="compact-xs" variant="default" onClick={copy} style={{ flex: "none" }}>{t(copied ? "snippet:copied" : "snippet:copy")}</Button>}</CopyButton>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>{t("source.key_hint")}</Text>
    </section>
  );
}

function Sure({ act, source, onClose, onDone }: { act: "rotate" | "forget"; source: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation("data");
  const queries = useQueryClient();
  const path = { source };
  const run = useMutation({
    mutationFn: async () => void (act === "rotate" ? await api.post("/api/sources/{source}/rotate-key", { path }) : await api.delete("/api/sources/{source}", { path })),
    onSuccess: async () => {
      onDone();
      await changed(queries, "/api/sources", "/api/source-connections");
    },
  });
  return (
    <Confirm opened danger={act === "forget"} title={t(`source.${act}_title`, { source })} act={t(`source.${act}`)} busy={run.isPending} error={run.error} onAct={() => run.mutate()} onClose={onClose}>
      {t(`source.${act}_hint`)}
    </Confirm>
  );
}
