/** Head of a page: where it stands, what it is, what can be done; and the empty state that teaches. */
import { Anchor, Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";

export function Page({
  title,
  above,
  hint,
  actions,
  children,
}: {
  title: string;
  above?: { label: string; to: string };
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Parcours`;
  }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end" wrap="wrap" gap="sm">
        <Box miw={0}>
          {above && (
            <Anchor component={Link} to={above.to} size="xs" c="dimmed">
              {above.label}
            </Anchor>
          )}
          <Title order={1}>{title}</Title>
          {hint && (
            <Text size="sm" c="dimmed" component="div">
              {hint}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

export function Panel({ title, right, children }: { title?: string; right?: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      {title && (
        <Group justify="space-between" mb="sm">
          <Title order={2}>{title}</Title>
          {right}
        </Group>
      )}
      {children}
    </Paper>
  );
}

export function Empty({ title, text, action }: { title: string; text: ReactNode; action?: ReactNode }) {
  return (
    <Paper withBorder p="xl" ta="center" bg="transparent" style={{ borderStyle: "dashed" }}>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" size="sm" maw="34rem" mx="auto" mt="xs" mb={action ? "md" : 0} component="div">
        {text}
      </Text>
      {action}
    </Paper>
  );
}
