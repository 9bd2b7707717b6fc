/** All that is known of one person: who it is, what she is in, what happened. Changes show while one looks. */
import { Grid, Group, Loader, Stack, Tabs, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "~/components/Loaded";
import { Page } from "~/components/Page";
import { nameOf } from "~/components/person/model";
import { When } from "~/components/When";
import { changed, type Schemas } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useRefresh } from "~/lib/refresh";
import { useView } from "~/lib/view";
import { card } from "../api/people";
import { Actions } from "./Actions";
import { Attributes } from "./Attributes";
import { Identities } from "./Identities";
import { Memberships } from "./Memberships";
import { Messages } from "./Messages";
import { Runs } from "./Runs";
import { Timeline } from "./Timeline";

export function Person({ profile }: { profile: string }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const query = useQuery(card(profile));
  useRefresh(() => void changed(queries, "/api/profiles/{profile}", "/api/steps", "/api/identities"), 700);
  const known = query.data;
  return (
    <Page title={(known && nameOf(known.attributes)) || profile} above={{ label: t("title"), to: "/people" }} hint={<Hint known={known} profile={profile} busy={query.isLoading} />} actions={known && <Actions card={known} />}>
      <Loaded query={query} what={t("person")} height={480}>
        {(found) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, md: 4, xl: 3 }}>
              <Stack gap="md">
                <Attributes card={found} />
                <Identities card={found} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 8, xl: 9 }}>
              <Sides card={found} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  );
}

function Hint({ known, profile, busy }: { known: Schemas["Card"] | undefined; profile: string; busy: boolean }) {
  const { t } = useTranslation("people");
  if (!known) return <Group gap="xs">{busy && <Loader size={12} />}{profile}</Group>;
  const events = Object.values(known.events).reduce<number>((sum, each) => sum + Number(each), 0);
  return (
    <Group gap="md">
      <span>{known.profile_id}</span>
      <span>{t("events", { count: events, events: number(events) })}</span>
      <span>
        {t("first_seen")} <When at={known.first_seen} />
      </span>
    </Group>
  );
}

const SIDES = ["segments", "timeline", "journeys", "messages"] as const;

function Sides({ card: found }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const [{ tab }, change] = useView({ tab: "segments" });
  const counts: Record<string, number> = { segments: found.segments.length, journeys: found.journeys.length };
  return (
    <Tabs value={tab} onChange={(next) => next && change({ tab: next }, true)} keepMounted={false}>
      <Tabs.List mb="sm">
        {SIDES.map((side) => (
          <Tabs.Tab key={side} value={side}>
            {t(`side.${side}`)}
            {counts[side] !== undefined && (
              <Text span size="xs" c="dimmed">
                {" "}
                {number(counts[side])}
              </Text>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="segments">
        <Memberships card={found} />
      </Tabs.Panel>
      <Tabs.Panel value="timeline">
        <Timeline profile={found.profile_id} />
      </Tabs.Panel>
      <Tabs.Panel value="journeys">
        <Runs card={found} />
      </Tabs.Panel>
      <Tabs.Panel value="messages">
        <Messages card={found} />
      </Tabs.Panel>
    </Tabs>
  );
}
