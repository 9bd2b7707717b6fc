/** A stage of the board with its cards and what they are worth together. */
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";
import type { Column } from "../../model/moving";
import type { Acts } from "./Board";
import { DRAGGED, dragged } from "./dragging";
import { OpportunityTile } from "./Tile";

export function Lane({ column, acts }: { column: Column; acts: Acts }) {
  const { t } = useTranslation("opportunities");
  const [over, setOver] = useState(false);
  const title = column.stage?.description ?? t("not_started");
  const takes = acts.may && column.place !== null;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const row = dragged.get(event.dataTransfer.getData(DRAGGED));
    if (row) acts.onMove(row, column.place);
  };
  const enter = (event: DragEvent) => {
    if (!takes || !event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <Paper
      withBorder
      p="xs"
      flex="1 0 13rem"
      maw="22rem"
      component="section"
      aria-label={title}
      bg={over ? "var(--mantine-primary-color-light)" : "var(--mantine-color-default-hover)"}
      onDragOver={enter}
      onDragLeave={() => setOver(false)}
      onDrop={takes ? drop : undefined}
    >
      <Group justify="space-between" wrap="nowrap" mb={2}>
        <Title order={2} size="sm">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {number(column.rows.length)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" mb="xs" className="num" ta="left">
        {t("sum", { estimated: number(column.estimated), current: number(column.current) })}
      </Text>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }} mih="4rem">
        {column.rows.map((row) => (
          <OpportunityTile key={row.no} row={row} acts={acts} />
        ))}
      </Stack>
    </Paper>
  );
}
