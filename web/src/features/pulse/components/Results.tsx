/** What became of messages and calls: a bar and the numbers, each a way to the list. */
import { Anchor, Box, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "~/components/Page";
import { State } from "~/components/State";
import { number } from "~/lib/i18n/format";
import { useHead } from "~/lib/live";

const COLOURS: Record<string, string> = { sent: "teal.7", failed: "red.7", skipped: "gray.5", pending: "yellow.6" };
const ORDER = ["sent", "pending", "skipped", "failed"];

export function Results() {
  const { t } = useTranslation("pulse");
  const head = useHead();
  const counts = head?.deliveries ?? {};
  const all = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const results = [...ORDER, ...Object.keys(counts).filter((each) => !ORDER.includes(each))].filter((each) => counts[each] || each === "sent" || each === "failed");
  return (
    <Panel title={t("results.title")}>
      <Box display="flex" h={8} mb="sm" bg="var(--mantine-color-default-border)" style={{ borderRadius: 4, overflow: "hidden", gap: 1 }} aria-hidden>
        {all > 0 && results.map((result) => <Box key={result} bg={COLOURS[result] ?? "gray.6"} w={`${((counts[result] ?? 0) / all) * 100}%`} />)}
      </Box>
      <Group gap="lg">
        {results.map((result) => (
          <Group key={result} gap={6}>
            <State state={result} />
            <Anchor component={Link} to="/deliveries" search={{ result } as never} size="sm" fw={600} aria-label={t("results.see", { result: t(`common:state.${result}`, result), total: number(counts[result] ?? 0) })}>
              {head ? number(counts[result] ?? 0) : "–"}
            </Anchor>
          </Group>
        ))}
      </Group>
      {head && all === 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("results.none")}
        </Text>
      )}
    </Panel>
  );
}
