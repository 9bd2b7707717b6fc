/** One's own account: who one is, the password, and where one is signed in. */
import { Badge, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { api } from "~/lib/api/client";
import { session, useMay } from "~/lib/session";
import { levelsOf, scopesOf } from "../../model/scopes";
import { Sessions } from "./Sessions";

export function Mine() {
  const may = useMay("access:read");
  return (
    <Stack gap="md">
      <Who />
      <Password />
      {may && <Sessions />}
    </Stack>
  );
}

function Who() {
  const { t } = useTranslation("settings");
  const { data } = useQuery(session);
  return (
    <Panel title={t("mine.who")}>
      <Text size="sm" fw={600}>{data?.name ?? " "}</Text>
      <Text size="xs" c="dimmed" mt="xs" mb={4}>{t("mine.may")}</Text>
      <Group gap={6} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {data && scopesOf(levelsOf(data.scopes)).map((scope) => {
          const [area, level] = scope.split(":");
          return <Badge key={scope} component="li" variant="light" color="gray" tt="none" fw={500}>{t(`area.${area}.name`)} · {t(`level.${level}`)}</Badge>;
        })}
      </Group>
    </Panel>
  );
}

function Password() {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const [form, set] = useState({ current: "", new: "", again: "" });
  const differ = form.again !== "" && form.new !== form.again;
  const change = useMutation({
    mutationFn: () => api.post("/api/password", { body: { current: form.current, new: form.new } }),
    onSuccess: async () => {
      set({ current: "", new: "", again: "" });
      await queries.resetQueries({ queryKey: session.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!differ && form.again) change.mutate();
  };
  const field = (name: "current" | "new" | "again") => ({ size: "sm" as const, label: t(`mine.${name}`), required: true, value: form[name], onChange: (event: { currentTarget: HTMLInputElement }) => set({ ...form, [name]: event.currentTarget.value }) });
  return (
    <Panel title={t("mine.password")}>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={360}>
          <PasswordInput {...field("current")} autoComplete="current-password" />
          <PasswordInput {...field("new")} autoComplete="new-password" description={t("mine.rules")} minLength={12} />
          <PasswordInput {...field("again")} autoComplete="new-password" error={differ && t("mine.differ")} />
          {change.error != null && <Failed error={change.error} what={t("mine.change")} />}
          <Group gap="sm">
            <Button type="submit" size="sm" loading={change.isPending}>{t("mine.change")}</Button>
            <Text size="sm" role="status">{change.isSuccess ? t("mine.changed") : ""}</Text>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
