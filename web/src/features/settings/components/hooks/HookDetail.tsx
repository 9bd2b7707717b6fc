/** One web hook: what it is told, whether it arrives, every attempt, and what can be done by hand. */
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { api, changed, reading } from "~/lib/api/client";
import { moment, number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import type { Attempt, Hook } from "../../model/rows";
import { Facts } from "../Facts";
import { Attempts } from "./Attempts";
import { HookActs } from "./HookActs";
import { HookForm } from "./HookForm";

export function HookDetail({ hook, onBack }: { hook: string; onBack: () => void }) {
  const { t } = useTranslation("settings");
  const may = useMay("settings:write");
  const found = useQuery({ ...reading("/api/webhooks/{hook}", { path: { hook } }), refetchInterval: 10_000 });
  const [editing, edit] = useState(false);
  return (
    <Stack gap="md">
      <Anchor component="button" type="button" size="sm" ta="left" onClick={onBack}>{t("hooks.back")}</Anchor>
      <Loaded query={found} what={t("hooks.one", { hook })} height={220}>
        {(told) => {
          const one = told as unknown as Hook;
          return (
            <Panel title={hook} right={<State state={one.state ?? (one.enabled ? "ok" : "disabled")} />}>
              <Stack gap="sm">
                <Facts facts={facts(one, t)} />
                {may && (
                  <Group gap="xs">
                    <Ping hook={hook} />
                    <Button size="xs" variant="default" onClick={() => edit(true)}>{t("edit")}</Button>
                    <HookActs hook={one} onGone={onBack} />
                  </Group>
                )}
              </Stack>
              {editing && <HookForm hook={one} onClose={() => edit(false)} onDone={() => edit(false)} />}
            </Panel>
          );
        }}
      </Loaded>
      <Attempts hook={hook} may={may} />
    </Stack>
  );
}

function facts(one: Hook, t: (key: string, values?: Record<string, unknown>) => string): [string, string][] {
  const rows: [string, string][] = [
    [t("hooks.url"), one.url],
    [t("hooks.told_of"), `${t(`hooks.on.${one.on}`)} · ${one.segments ? one.segments.join(", ") : t("hooks.all_segments")}`],
    [t("hooks.behind"), number(one.behind)],
  ];
  if (one.description) rows.push([t("hooks.description"), one.description]);
  if (one.attributes?.length) rows.push([t("hooks.attributes"), one.attributes.join(", ")]);
  if (one.failing_since) rows.push([t("hooks.failing_since"), moment(one.failing_since)]);
  if (one.next_at && one.state === "failing") rows.push([t("hooks.next"), moment(one.next_at)]);
  if (one.note) rows.push([t("hooks.note"), one.note]);
  return rows;
}

/** Says what came back, whatever it was. */
function Ping({ hook }: { hook: string }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const ping = useMutation({
    mutationFn: () => api.post("/api/webhooks/{hook}/ping", { path: { hook } }),
    onSettled: () => changed(queries, "/api/webhooks"),
  });
  const told = ping.data as unknown as Attempt | undefined;
  return (
    <>
      <Button size="xs" loading={ping.isPending} onClick={() => ping.mutate()}>{t("hooks.ping")}</Button>
      <Text size="sm" role="status" style={{ order: 9 }}>
        {told && t(told.result === "delivered" ? "hooks.pong" : "hooks.no_pong", { status: told.status ?? "–", milliseconds: number(told.milliseconds), answer: told.answer ?? "" })}
      </Text>
      {ping.error != null && <Failed error={ping.error} what={t("hooks.ping")} />}
    </>
  );
}
