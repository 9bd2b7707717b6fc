/** The four numbers that one looks at first. Each has its place before it is known, so that nothing moves. */
import { Group, Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { lasting, moment, number } from "~/lib/i18n/format";
import { useHead, useLiveJourneys } from "~/lib/live";
import type { History } from "../model/history";

export function Figures({ history }: { history: History }) {
  const { t } = useTranslation("pulse");
  const head = useHead();
  const journeys = useLiveJourneys();
  const { entries, exits, watched } = history.moved(60_000);
  const inside = [...journeys.values()].reduce((sum, each) => sum + each.inside, 0);
  const running = [...journeys.values()].filter(({ status }) => status === "live").length;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Figure label={t("figure.rate")} value={head && number(head.events_per_second, 1)} note={head && t("figure.waiting", { count: head.rows_waiting, rows: number(head.rows_waiting) })} />
      <Figure
        label={t("figure.moved")}
        value={
          head && (
            <Group gap="sm" component="span" wrap="nowrap">
              <span>
                <Sign of="in" /> {number(entries)}
              </span>
              <span>
                <Sign of="out" /> {number(exits)}
              </span>
            </Group>
          )
        }
        note={head && t("figure.watched", { count: Math.max(1, Math.round(watched / 1000)) })}
      />
      <Figure label={t("figure.inside")} value={head && number(inside)} note={head && t("figure.running", { count: running })} />
      <Figure
        label={t("figure.behind")}
        value={head && (head.behind_seconds === null ? "–" : lasting(head.behind_seconds))}
        note={head && (head.now ? t("figure.tick", { tick: number(head.tick), at: moment(head.now) }) : t("figure.no_tick"))}
      />
    </SimpleGrid>
  );
}

/** In or out: an arrow and, for those who do not see it, a word. */
export function Sign({ of }: { of: "in" | "out" }) {
  const { t } = useTranslation("pulse");
  return (
    <Text span inherit c={of === "in" ? "light-dark(var(--mantine-color-teal-8), var(--mantine-color-teal-4))" : "light-dark(var(--mantine-color-orange-9), var(--mantine-color-orange-4))"} role="img" aria-label={t(`sign.${of}`)}>
      {of === "in" ? "→" : "←"}
    </Text>
  );
}

function Figure({ label, value, note }: { label: string; value: ReactNode; note: ReactNode }) {
  return (
    <Paper withBorder p="sm" component="dl" m={0} mih={92}>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fz="1.5rem" lh={1.35} fw={600} truncate>
        {value ?? "–"}
      </Text>
      <Text component="dd" m={0} size="xs" c="dimmed" mih="1.1rem">
        {note}
      </Text>
    </Paper>
  );
}
