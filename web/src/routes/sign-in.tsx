import { Alert, Anchor, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { api } from "~/lib/api/client";
import { session } from "~/lib/session";

export default function SignIn() {
  const { t } = useTranslation();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const router = useRouter();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [fresh, setFresh] = useState("");
  const [mustChange, setMustChange] = useState(false);
  const goOn = async () => {
    await queries.resetQueries({ queryKey: session.queryKey });
    router.history.push(to && /^\/(?![/\\])/.test(to) ? to : "/");
  };
  const enter = useMutation({
    mutationFn: () => api.post("/api/session", { body: { email, password } }),
    onSuccess: (found) => (found.must_change_password ? setMustChange(true) : goOn()),
  });
  const change = useMutation({
    mutationFn: () => api.post("/api/password", { body: { current: password, new: fresh } }),
    onSuccess: goOn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    (mustChange ? change : enter).mutate();
  };
  const problem = mustChange ? change.error : enter.error;
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w={360}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Title order={1}>Parcours</Title>
            {mustChange && <Alert variant="light">{t("sign_in.must_change")}</Alert>}
            {problem && <Failed error={problem} what={t("sign_in.what")} />}
            <TextInput label={t("sign_in.email")} type="email" autoComplete="username" required value={email} disabled={mustChange}
              onChange={(event) => setEmail(event.currentTarget.value)} />
            <PasswordInput label={t("sign_in.password")} autoComplete="current-password" required value={password} disabled={mustChange}
              onChange={(event) => setPassword(event.currentTarget.value)} />
            {mustChange && (
              <PasswordInput label={t("sign_in.new_password")} description={t("sign_in.rules")} autoComplete="new-password" required
                minLength={12} value={fresh} onChange={(event) => setFresh(event.currentTarget.value)} />
            )}
            <Button type="submit" loading={enter.isPending || change.isPending}>
              {t(mustChange ? "sign_in.change" : "sign_in.enter")}
            </Button>
            <Text size="xs" c="dimmed">
              <Anchor href="/api/oidc/login" size="xs">{t("sign_in.oidc")}</Anchor>
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
