/** The live segments that the worksheet was filled from: how many are in there now, and the way to catch up. */
import { Anchor, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { segmentsIn } from "~/components/crm/filters";
import { SegmentLink } from "~/components/Links";
import { reading } from "~/lib/api/client";
import { number } from "~/lib/i18n/format";
import { useLiveSegment } from "~/lib/live";
import { useActions } from "../api/worksheets";
import { useSheet } from "./context";

export function Tied({ onRefresh }: { onRefresh: () => void }) {
  const { t } = useTranslation("worksheets");
  const { header, may } = useSheet();
  const actions = useActions(header.no).data ?? [];
  const segments = [...new Set(actions.flatMap(({ filters }) => segmentsIn(filters)))];
  if (segments.length === 0) return null;
  return (
    <Group gap="xs">
      {segments.map((segment) => (
        <One key={segment} segment={segment} />
      ))}
      {may && (
        <Anchor component="button" type="button" size="sm" onClick={onRefresh}>
          {t("tied.refresh")}
        </Anchor>
      )}
    </Group>
  );
}

function One({ segment }: { segment: string }) {
  const { t } = useTranslation("worksheets");
  const { data } = useQuery({ ...reading("/api/segments", { query: { limit: 1000 } }), staleTime: 10_000 });
  const found = data?.items.find((each) => each.segment === segment);
  const now = useLiveSegment(segment)?.members ?? (found ? Number(found.members) : null);
  return (
    <Text size="sm" component="span">
      {t("tied.to")} <SegmentLink id={segment}>{String(found?.name || segment)}</SegmentLink>
      {now !== null && ` (${t("tied.members", { shown: number(now) })})`}
    </Text>
  );
}
