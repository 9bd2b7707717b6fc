/** Says that two profiles are one person. */
import { List, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { PersonPicker } from "~/components/PersonPicker";
import { api, type Schemas } from "~/lib/api/client";
import { settled } from "~/lib/refresh";
import { TIMELINE } from "../api/people";

export function Merge({ card, onClose }: { card: Schemas["Card"]; onClose: () => void }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [into, choose] = useState<string | null>(null);
  const itself = into !== null && card.ids.includes(into);
  const merge = useMutation({
    mutationFn: (other: string) => api.post("/api/profiles/{profile}/merge", { path: { profile: card.profile_id }, body: { into: other } }),
    onSuccess: async (_, other) => {
      await settled(queries, "/api/profiles", TIMELINE, "/api/identities");
      onClose();
      await navigate({ to: "/people/$id" as string, params: { id: other } as never });
    },
  });
  const said = { profile: card.profile_id, into: into ?? "…" };
  return (
    <Confirm opened title={t("merge.title", said)} act={t("merge.act")} disabled={!into || itself} busy={merge.isPending} error={merge.error} onAct={() => into && merge.mutate(into)} onClose={onClose}>
      <Stack gap="sm">
        <PersonPicker value={into} onPick={choose} label={t("merge.into")} autoFocus />
        {itself && <Text size="sm" c="red">{t("merge.itself")}</Text>}
        <List size="sm">
          <List.Item>{t("merge.events", said)}</List.Item>
          <List.Item>{t("merge.attributes", said)}</List.Item>
          <List.Item>{t("merge.silent")}</List.Item>
          <List.Item>{t("merge.undo")}</List.Item>
        </List>
      </Stack>
    </Confirm>
  );
}
