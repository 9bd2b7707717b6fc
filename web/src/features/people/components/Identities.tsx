/** All ids that lead to a person, and what was joined when; a merge can be taken back. */
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useState } from "react";
import { Confirm } from "~/components/Confirm";
import { Loaded } from "~/components/Loaded";
import { Panel } from "~/components/Page";
import { When } from "~/components/When";
import { api, type Schemas } from "~/lib/api/client";
import { settled } from "~/lib/refresh";
import { number } from "~/lib/i18n/format";
import { useMay } from "~/lib/session";
import { type Merge, merges, TIMELINE } from "../api/people";


export function Identities({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const query = useQuery(merges(card.profile_id));
  const may = useMay("profiles:write");
  const [asked, ask] = useState<Merge | undefined>();
  return (
    <Panel title={t("identity.title")}>
      <Stack gap={4} mb="xs">
        {card.ids.map((id, place) => (
          <Group key={id} gap="xs" wrap="nowrap">
            <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>{id}</Text>
            {place === 0 && <Badge size="xs" variant="light" color="gray" tt="none">{t("identity.main")}</Badge>}
          </Group>
        ))}
      </Stack>
      <Loaded query={query} what={t("identity.history")} height={20}>
        {(items) =>
          items.length === 0 ? (
            <Text size="xs" c="dimmed">{t("identity.none")}</Text>
          ) : (
            <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
              {items.map((merge) => (
                <li key={merge.merge}>
                  <Text size="sm">
                    {t(merge.unmerged ? "identity.separated" : "identity.merged", { profile: merge.profile, into: merge.into })}
                  </Text>
                  <Group gap="xs" justify="space-between">
                    <Text size="xs" c="dimmed">
                      <When at={merge.unmerged ?? merge.merged ?? merge.time} /> · {t(`identity.reason.${merge.reason}`, merge.reason)} · {t("events", { count: merge.events, events: number(merge.events) })}
                    </Text>
                    {may && !merge.unmerged && <Button size="compact-xs" variant="subtle" onClick={() => ask(merge)}>{t("identity.undo")}</Button>}
                  </Group>
                </li>
              ))}
            </Stack>
          )
        }
      </Loaded>
      {asked && <TakeBack merge={asked} onClose={() => ask(undefined)} />}
    </Panel>
  );
}

function TakeBack({ merge, onClose }: { merge: Merge; onClose: () => void }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const undo = useMutation({
    mutationFn: () => api.post("/api/identities/merges/{merge}/undo", { path: { merge: merge.merge } }),
    onSuccess: async () => {
      await settled(queries, "/api/profiles", TIMELINE, "/api/identities");
      onClose();
    },
  });
  return (
    <Confirm opened title={t("identity.undo_title", { profile: merge.profile })} act={t("identity.undo")} busy={undo.isPending} error={undo.error} onAct={() => undo.mutate()} onClose={onClose}>
      {t("identity.undo_hint", { profile: merge.profile, into: merge.into, count: merge.events, events: number(merge.events) })}
    </Confirm>
  );
}
