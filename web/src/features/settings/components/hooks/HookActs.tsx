/** What can be done with a web hook: on and off, a new secret, everything again, away. */
import { Button, Checkbox, Menu, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api, changed } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import type { Hook } from "../../model/rows";
import { Secret } from "../Secret";

type Act = "enable" | "disable" | "rotate" | "rewind" | "delete";

export function HookActs({ hook, onGone }: { hook: Hook; onGone: () => void }) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [act, ask] = useState<Act | null>(null);
  const [fromNow, skip] = useState(false);
  const [leaked, leak] = useState(false);
  const [since, from] = useState("");
  const [secret, show] = useState("");
  const path = { hook: hook.hook };
  const done = useMutation({
    mutationFn: async (what: Act): Promise<unknown> => {
      if (what === "enable") return api.post("/api/webhooks/{hook}/enable", { path, body: { from_now: fromNow } });
      if (what === "disable") return api.post("/api/webhooks/{hook}/disable", { path });
      if (what === "rotate") return api.post("/api/webhooks/{hook}/rotate", { path, body: { overlap: leaked ? "0 s" : "24 hours" } });
      if (what === "rewind") return api.post("/api/webhooks/{hook}/rewind", { path, body: { since: new Date(since).toISOString() } });
      return api.delete("/api/webhooks/{hook}", { path });
    },
    onSuccess: async (found, what) => {
      ask(null);
      if (what === "rotate") show(String((found as Record<string, unknown>).secret));
      if (what === "delete") onGone();
      await changed(queries, "/api/webhooks");
    },
  });
  const close = () => { ask(null); done.reset(); };
  const toggle: Act = hook.enabled ? "disable" : "enable";
  return (
    <>
      <Button size="xs" variant="default" onClick={() => ask(toggle)}>{t(`hooks.${toggle}`)}</Button>
      <Menu>
        <Menu.Target><Button size="xs" variant="default" aria-label={t("more_of", { name: hook.hook })}>⋯</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => ask("rotate")}>{t("hooks.rotate")}</Menu.Item>
          <Menu.Item onClick={() => ask("rewind")}>{t("hooks.rewind")}</Menu.Item>
          <Menu.Item color="red" onClick={() => ask("delete")}>{t("common:delete")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {act && (
        <Confirm opened title={t(`hooks.${act}_title`, { hook: hook.hook })} act={act === "delete" ? t("common:delete") : t(`hooks.${act}`)} danger={act === "delete"} busy={done.isPending} error={done.error} onAct={() => (act === "rewind" && !since ? undefined : done.mutate(act))} onClose={close}>
          <Stack gap="sm">
            <span>{t(`hooks.${act}_means`, { behind: number(hook.behind) })}</span>
            {act === "enable" && <Checkbox size="sm" label={t("hooks.from_now")} checked={fromNow} onChange={(event) => skip(event.currentTarget.checked)} />}
            {act === "rotate" && <Checkbox size="sm" label={t("hooks.leaked")} checked={leaked} onChange={(event) => leak(event.currentTarget.checked)} />}
            {act === "rewind" && <TextInput size="sm" type="datetime-local" label={t("hooks.since")} value={since} required onChange={(event) => from(event.currentTarget.value)} />}
          </Stack>
        </Confirm>
      )}
      {secret && <Secret title={t("hooks.rotated", { name: hook.hook })} label={t("hooks.secret")} text={t("hooks.made_text")} secret={secret} onClose={() => show("")} />}
    </>
  );
}
