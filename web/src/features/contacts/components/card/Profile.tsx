/** The same person among the live profiles: the segments and journeys it is in now. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Failed } from "~/components/Failed";
import { Panel } from "~/components/Page";
import { Failure } from "~/lib/api/request";
import { day } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { profile } from "../../api/contacts";

export function Profile({ id }: { id: string }) {
  const may = useMay("profiles:read");
  return may && id ? <Live id={id} /> : null;
}

interface Membership {
  segment: string;
  name: string;
  since: string;
  until: string | null;
}

function Live({ id }: { id: string }) {
  const { t } = useTranslation("contacts");
  const { data, error } = useQuery({ ...profile(id), refetchInterval: 15_000 });
  const missing = error instanceof Failure && error.status === 404;
  const found = data as unknown as { segments: Membership[] } | undefined;
  const link = (
    <Anchor component={Link} to={`/people/${encodeURIComponent(id)}`} size="sm">
      {t("profile.open")}
    </Anchor>
  );
  return (
    <Panel title={t("profile.title")} right={found && link}>
      <Stack gap={6} h="8.5rem" style={{ overflowY: "auto" }}>
        {missing && <Text size="sm" c="dimmed">{t("profile.none")}</Text>}
        {error && !missing ? <Failed error={error} what={t("profile.title")} /> : null}
        {found?.segments.length === 0 && <Text size="sm" c="dimmed">{t("profile.no_segments")}</Text>}
        {found?.segments.map((each) => (
          <Group key={each.segment} justify="space-between" gap="xs" wrap="nowrap">
            <Anchor component={Link} to={`/segments/${encodeURIComponent(each.segment)}`} size="sm" truncate>
              {each.name || each.segment}
            </Anchor>
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {t("profile.since", { day: day(each.since) })}
            </Text>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
