/** Everything that happened to a person, the newest first; as much of it as one wants to see. */
import { Button, Chip, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Empty } from "~/components/Page";
import { day } from "~/lib/i18n/format";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { KINDS, type Kind, timeline } from "../api/people";
import { days } from "../model/days";
import { Line } from "./Line";

export function Timeline({ profile }: { profile: string }) {
  const { t } = useTranslation("people");
  const [{ kinds }, change] = useView({ kinds: "" });
  const chosen = kinds.split(" ").filter((each): each is Kind => (KINDS as readonly string[]).includes(each));
  const query = useInfiniteQuery(timeline(profile, chosen));
  // Whoever has gone far back reads; what is new then waits until she comes again.
  useRefresh(() => void query.refetch(), 2_000, (query.data?.pages.length ?? 0) > 2);
  const lines = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Stack gap="sm">
      <Chip.Group multiple value={chosen} onChange={(next) => change({ kinds: next.join(" ") })}>
        <Group gap="xs" role="group" aria-label={t("timeline.filter")}>
          {KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs" variant="outline">
              {t(`timeline.kind.${kind}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {query.error && <Failed error={query.error} what={t("side.timeline")} again={() => void query.refetch()} />}
      {!lines && !query.error && <Skeleton h={360} aria-label={t("side.timeline")} />}
      {lines?.length === 0 && <Empty title={t("timeline.none")} text={t("timeline.none_hint")} />}
      {lines &&
        days(lines).map(({ at, lines: some }, place) => (
          <section key={`${at} ${place}`} aria-label={at ? day(at) : t("timeline.undated")}>
            <Title order={2} size="h3" c="dimmed" fw={600} mb={2}>
              {at ? day(at) : t("timeline.undated")}
            </Title>
            <ol style={{ listStyle: "none", margin: 0, padding: 0 }}>
              {some.map((line, number) => (
                <Line key={`${line.time} ${line.kind} ${line.name} ${number}`} line={line} />
              ))}
            </ol>
          </section>
        ))}
      {query.hasNextPage && (
        <Button variant="default" size="xs" w="fit-content" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("timeline.more")}
        </Button>
      )}
      {lines && lines.length > 0 && !query.hasNextPage && (
        <Text size="xs" c="dimmed">
          {t("timeline.end")}
        </Text>
      )}
    </Stack>
  );
}
