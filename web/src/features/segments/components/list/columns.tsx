/** The columns of the list of segments. */
import { Box, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SegmentLink } from "~/components/Links";
import { Sparkline } from "~/components/Sparkline";
import { State } from "~/components/State";
import type { Column } from "~/components/table/Table";
import { When } from "~/components/When";
import { number } from "~/lib/i18n/format";
import type { SegmentRow } from "../../api/list";
import { methodKey } from "../../model/definition";
import { Members } from "./Members";
import { type Ask, RowMenu } from "./RowMenu";

/** The columns of a first visit; the others are one click away. */
export const SHOWN = ["name", "state", "members", "trend", "method", "features", "last_change", "actions"];

export function useSegmentColumns(onAsk: Ask): Column<SegmentRow>[] {
  const { t } = useTranslation("segments");
  return [
    { key: "name", label: t("column.name"), sortable: true, cell: (row) => <Name row={row} /> },
    { key: "state", label: t("column.state"), sortable: true, width: "6.5rem", cell: ({ state }) => <State state={state} /> },
    { key: "members", label: t("column.members"), sortable: true, number: true, width: "6.5rem", cell: (row) => <Members row={row} what="members" /> },
    { key: "trend", label: t("column.trend"), width: "8rem", cell: (row) => <Trend row={row} /> },
    { key: "entries", label: t("column.entries"), sortable: true, number: true, width: "6.5rem", cell: (row) => <Members row={row} what="entries" /> },
    { key: "exits", label: t("column.exits"), sortable: true, number: true, width: "6.5rem", cell: (row) => <Members row={row} what="exits" /> },
    { key: "method", label: t("column.method"), sortable: true, width: "10rem", cell: ({ method }) => t(`method_short.${methodKey(method)}`, method) },
    { key: "features", label: t("column.cost"), sortable: true, number: true, width: "7.5rem", cell: (row) => <Cost row={row} /> },
    { key: "used_by", label: t("column.used_by"), sortable: true, number: true, width: "6rem", cell: ({ used_by: users }) => number(users) },
    { key: "last_change", label: t("column.last_change"), sortable: true, width: "8.5rem", cell: ({ last_change: at }) => <When at={at} /> },
    { key: "actions", label: t("column.actions"), number: true, width: "4.5rem", cell: (row) => <RowMenu row={row} onAsk={onAsk} /> },
  ];
}

function Name({ row }: { row: SegmentRow }) {
  return (
    <Box miw="11rem">
      <SegmentLink id={row.segment} fw={500} size="sm">
        {row.name || row.segment}
      </SegmentLink>
      <Text size="xs" c="dimmed" lineClamp={1} title={row.description || undefined}>
        {row.description || row.segment}
      </Text>
    </Box>
  );
}

/** How many members there were at the end of each of the last 30 days. */
function Trend({ row }: { row: SegmentRow }) {
  const { t } = useTranslation("segments");
  const { trend } = row;
  if (!trend.some(Boolean)) return <Text span size="sm" c="dimmed">–</Text>;
  return <Sparkline values={trend} label={t("list.trend", { from: number(trend[0]), to: number(trend[trend.length - 1]) })} />;
}

/** The values that are kept of everybody for its rule; those that other segments read, too, cost nothing more. */
function Cost({ row }: { row: SegmentRow }) {
  const { t } = useTranslation("segments");
  const { features, shared_features: shared } = row;
  return (
    <Tooltip label={t("list.cost", { count: features, number: number(features), shared: number(shared) })} multiline maw={280} withArrow>
      <span>
        {number(features)}
        {shared > 0 && (
          <Text span size="xs" c="dimmed">
            {" "}
            {t("list.shared", { shared: number(shared) })}
          </Text>
        )}
      </span>
    </Tooltip>
  );
}
