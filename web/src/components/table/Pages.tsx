/** Where one is in a long list, and the way on; lists of a million rows are read page by page. */
import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";

export interface PagesProps {
  /** Rows before the first one that is shown. */
  offset: number;
  shown: number;
  /** Of the whole list; `null` where nobody has counted. */
  total: number | null;
  size: number;
  onMove: (offset: number) => void;
}

export function Pages({ offset, shown, total, size, onMove }: PagesProps) {
  const { t } = useTranslation();
  const last = offset + shown;
  const more = total === null ? shown === size : last < total;
  if (offset === 0 && !more) return <Count from={shown ? 1 : 0} to={shown} total={total} />;
  return (
    <Group justify="space-between" component="nav" aria-label={t("table.pages")}>
      <Count from={shown ? offset + 1 : 0} to={last} total={total} />
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - size))}>
          {t("table.before")}
        </Button>
        <Button size="xs" variant="default" disabled={!more} onClick={() => onMove(offset + size)}>
          {t("table.next")}
        </Button>
      </Group>
    </Group>
  );
}

function Count({ from, to, total }: { from: number; to: number; total: number | null }) {
  const { t } = useTranslation();
  const range = { from: number(from), to: number(to), total: number(total) };
  return (
    <Text size="xs" c="dimmed" aria-live="polite">
      {t(total === null ? "table.range" : "table.range_of", range)}
    </Text>
  );
}
