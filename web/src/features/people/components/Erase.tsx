/** Forgets a person for good; what that means is said first, and her id has to be typed. */
import { List, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "~/components/Confirm";
import { api, type Schemas } from "~/lib/api/client";
import { settled } from "~/lib/refresh";
import { TIMELINE } from "../api/people";
import { number } from "~/lib/i18n/format";

export function Erase({ card, onClose }: { card: Schemas["Card"]; onClose: () => void }) {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, type] = useState("");
  const erase = useMutation({
    mutationFn: () => api.delete("/api/profiles/{profile}", { path: { profile: card.profile_id } }),
    onSuccess: async () => {
      queries.removeQueries({ predicate: ({ queryKey: [first] }) => String(first).startsWith("/api/profiles/{profile}") || first === TIMELINE });
      await navigate({ to: "/people" });
      await settled(queries, "/api/profiles", "/api/qualifications");
    },
  });
  const events = Object.values(card.events).reduce<number>((sum, each) => sum + Number(each), 0);
  return (
    <Confirm opened danger title={t("erase.title", { id: card.profile_id })} act={t("erase.act")} disabled={typed !== card.profile_id} busy={erase.isPending} error={erase.error} onAct={() => erase.mutate()} onClose={onClose}>
      <Text size="sm" mb="xs">{t("erase.hint")}</Text>
      <List size="sm" mb="sm">
        <List.Item>{t("erase.attributes", { count: card.ids.length, ids: card.ids.join(", ") })}</List.Item>
        <List.Item>{t("erase.events", { count: events, events: number(events) })}</List.Item>
        <List.Item>{t("erase.segments", { count: card.segments.length, segments: number(card.segments.length) })}</List.Item>
        <List.Item>{t("erase.journeys", { count: card.journeys.length, journeys: number(card.journeys.length) })}</List.Item>
        <List.Item>{t("erase.crm")}</List.Item>
      </List>
      <TextInput size="sm" label={t("erase.type", { id: card.profile_id })} value={typed} onChange={(event) => type(event.currentTarget.value)} autoComplete="off" />
    </Confirm>
  );
}
