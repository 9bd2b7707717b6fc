/** Whether the numbers on the page are live: a sign and a word. */
import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useConnection } from "~/lib/live";

export function Connection() {
  const { t } = useTranslation();
  const state = useConnection();
  const open = state === "open";
  return (
      <Group gap={6} role="status" wrap="nowrap" title={t(open ? "shell.live.hint" : "shell.waiting.hint")}>
        <Text span size="xs" c={open ? "var(--good)" : "var(--warn)"} aria-hidden>
          {open ? "●" : "◌"}
        </Text>
        <Text span size="xs" c="dimmed" visibleFrom="sm">
          {t(open ? "shell.live.word" : "shell.waiting.word")}
        </Text>
      </Group>
  );
}
