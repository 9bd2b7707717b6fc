/** The segments that a person is in, since when and until when by time alone, and why. */
import { Button, Drawer, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExplainOf } from "~/components/explain/ExplainOf";
import { SegmentLink } from "~/components/Links";
import { Empty } from "~/components/Page";
import { nameOf } from "~/components/person/model";
import { type Column, Table } from "~/components/table/Table";
import { When } from "~/components/When";
import type { Schemas } from "~/lib/api/client";
import { useLiveSegments } from "~/lib/live";
import { useView } from "~/lib/view";

type Membership = Schemas["Membership"];

export function Memberships({ card }: { card: Schemas["Card"] }) {
  const { t } = useTranslation("people");
  const [{ why }, change] = useView({ why: "" });
  const columns: Column<Membership>[] = [
    { key: "segment", label: t("membership.segment"), cell: (row) => <SegmentLink id={row.segment}>{row.name}</SegmentLink> },
    { key: "since", label: t("membership.since"), cell: (row) => <When at={row.since} both />, tall: true },
    { key: "until", label: t("membership.until"), cell: (row) => (row.until ? <When at={row.until} both /> : <Text span inherit c="dimmed">{t("membership.stays")}</Text>), tall: true },
    { key: "why", label: t("membership.reason"), cell: (row) => <Button size="compact-xs" variant="default" onClick={() => change({ why: row.segment }, true)} aria-label={t("membership.why_of", { segment: row.name })}>{t("membership.why")}</Button>, width: "6rem" },
  ];
  return (
    <Stack gap="sm">
      <Table label={t("side.segments")} columns={columns} rows={card.segments} keyOf={(row) => row.segment} empty={<Empty title={t("membership.none")} text={t("membership.none_hint")} />} />
      <WhyNot card={card} onAsk={(segment) => change({ why: segment }, true)} />
      <Drawer opened={why !== ""} onClose={() => change({ why: "" })} position="right" size="lg" title={t("membership.why_title", { person: nameOf(card.attributes) || card.profile_id })} closeButtonProps={{ "aria-label": t("common:close") }}>
        {why && (
          <Stack gap="sm">
            <Called segment={why} />
            <ExplainOf segment={why} profile={card.profile_id} />
          </Stack>
        )}
      </Drawer>
    </Stack>
  );
}

function Called({ segment }: { segment: string }) {
  const name = useLiveSegments().get(segment)?.name ?? segment;
  return (
    <Text fw={600}>
      <SegmentLink id={segment}>{name}</SegmentLink>
    </Text>
  );
}

/** The same question for a segment that she is not in. */
function WhyNot({ card, onAsk }: { card: Schemas["Card"]; onAsk: (segment: string) => void }) {
  const { t } = useTranslation("people");
  const [chosen, choose] = useState<string | null>(null);
  const inside = new Set(card.segments.map(({ segment }) => segment));
  const others = [...useLiveSegments()].filter(([id]) => !inside.has(id)).map(([id, { name }]) => ({ value: id, label: name }));
  if (others.length === 0) return null;
  return (
    <Group align="flex-end" gap="xs">
      <Select size="xs" w={260} label={t("membership.other")} placeholder={t("membership.choose")} data={others} value={chosen} onChange={choose} searchable limit={100} />
      <Button size="xs" variant="default" disabled={!chosen} onClick={() => chosen && onAsk(chosen)}>
        {t("membership.why_not")}
      </Button>
    </Group>
  );
}
