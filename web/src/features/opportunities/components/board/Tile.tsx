/** An opportunity on the board. Focused, the arrow keys move it; its menu does the same for everybody else. */
import { ActionIcon, Anchor, Group, Loader, Menu, Paper, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { DragEvent, KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Opportunity } from "~/components/crm/fields";
import { day, number } from "~/lib/i18n/format";
import { beside, placeOf } from "../../model/moving";
import type { Acts } from "./Board";
import { DRAGGED, dragged } from "./dragging";

export function OpportunityTile({ row, acts }: { row: Opportunity; acts: Acts }) {
  const { t } = useTranslation(["opportunities", "fields"]);
  const start = (event: DragEvent) => {
    dragged.set(row.no, row);
    event.dataTransfer.setData(DRAGGED, row.no);
    event.dataTransfer.effectAllowed = "move";
  };
  const key = (event: KeyboardEvent) => {
    if (!acts.may || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const to = beside(placeOf(row), event.key === "ArrowRight" ? 1 : -1, acts.stages);
    if (to === undefined) return;
    event.preventDefault();
    acts.onMove(row, to);
  };
  return (
    <Paper component="li" withBorder p="xs" draggable={acts.may} onDragStart={start} onDragEnd={() => dragged.delete(row.no)} style={{ cursor: acts.may ? "grab" : undefined }}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap={4}>
        <Anchor component={Link} to={`/opportunities/${encodeURIComponent(row.no)}`} size="sm" fw={500} onKeyDown={key} aria-keyshortcuts={acts.may ? "ArrowLeft ArrowRight" : undefined} draggable={false}>
          {row.description || row.no}
        </Anchor>
        {acts.busy === row.no ? <Loader size={14} /> : acts.may && <More row={row} acts={acts} />}
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {acts.names.get(row.contact_no)?.name ?? row.contact_no}
      </Text>
      <Group justify="space-between" mt={4} gap="xs">
        <Text size="xs" fw={600}>
          {number(row.estimated_value)}
        </Text>
        <Text size="xs" c="dimmed">
          {[row.priority === "high" ? `↑ ${t("fields:choice.high")}` : "", row.estimated_close_date ? day(row.estimated_close_date) : "", row.salesperson_code].filter(Boolean).join(" · ")}
        </Text>
      </Group>
    </Paper>
  );
}

function More({ row, acts }: { row: Opportunity; acts: Acts }) {
  const { t } = useTranslation("opportunities");
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon size="xs" variant="subtle" color="gray" aria-label={t("move.of", { what: row.description || row.no })}>
          <span aria-hidden>⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("move.word")}</Menu.Label>
        {acts.stages.map((stage) => (
          <Menu.Item key={stage.stage} disabled={placeOf(row) === stage.stage} onClick={() => acts.onMove(row, stage.stage)}>
            {stage.description}
          </Menu.Item>
        ))}
        {row.status === "in_progress" && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => acts.onClose(row, true)}>{t("close.act_won")}</Menu.Item>
            <Menu.Item onClick={() => acts.onClose(row, false)}>{t("close.act_lost")}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
