/** What can happen next: somebody comes, enters a segment, does something; or time passes. */
import { Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reading } from "~/lib/api/client";
import { activitiesOf } from "../../model/funnel";
import type { Session, Step } from "../../model/session";
import { ClockForm } from "./ClockForm";
import { EventForm } from "./EventForm";
import { PersonForm } from "./PersonForm";
import { ReactionForm } from "./ReactionForm";
import { SegmentForm } from "./SegmentForm";
import { WayForm } from "./WayForm";

interface Props {
  draft: Record<string, unknown>;
  people: readonly string[];
  mode: Session["mode"];
  busy: boolean;
  onAct: (step: Step) => void;
}
const ALWAYS = ["person", "segment", "event", "clock", "reaction"] as const;

export function Acts({ draft, people, mode, busy, onAct }: Props) {
  const { t } = useTranslation("journey-runs");
  const schema = useQuery({ ...reading("/api/schema", {}), staleTime: 60_000 });
  const [tab, go] = useState<string | null>("person");
  const activities = activitiesOf(draft);
  const acts = mode === "test" ? [...ALWAYS, "way"] : ALWAYS;
  const common = { people, busy, onAct };
  return (
    <Stack gap="xs">
      <Tabs value={tab} onChange={go} variant="outline" keepMounted={false}>
        <Tabs.List mb="sm">{acts.map((act) => <Tabs.Tab key={act} value={act}>{t(`act.${act}`)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="person"><PersonForm attributes={schema.data?.attributes ?? []} {...common} /></Tabs.Panel>
        <Tabs.Panel value="segment"><SegmentForm draft={draft} {...common} /></Tabs.Panel>
        <Tabs.Panel value="event"><EventForm draft={draft} types={schema.data?.events ?? []} {...common} /></Tabs.Panel>
        <Tabs.Panel value="clock"><ClockForm busy={busy} onAct={onAct} /></Tabs.Panel>
        <Tabs.Panel value="reaction"><ReactionForm activities={activities} {...common} /></Tabs.Panel>
        <Tabs.Panel value="way"><WayForm draft={draft} busy={busy} onAct={onAct} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
