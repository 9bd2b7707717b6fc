/** There is no such page, or a page broke. */
import { Button, Container, Group, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";

export function Missing() {
  const { t } = useTranslation();
  return (
    <Container size="xs" py="xl" component="main">
      <Title order={1}>{t("wrong.missing")}</Title>
      <Text c="dimmed" my="sm">
        {t("wrong.missing_hint")}
      </Text>
      <Button component={Link} to="/" variant="default">
        {t("wrong.home")}
      </Button>
    </Container>
  );
}

export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <Container size="sm" py="xl">
      <Failed error={error} what={t("wrong.page")} again={() => void router.invalidate().then(reset)} />
      <Group mt="md">
        <Button component={Link} to="/" variant="subtle">
          {t("wrong.home")}
        </Button>
      </Group>
    </Container>
  );
}
