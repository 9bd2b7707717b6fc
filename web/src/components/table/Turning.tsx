/** The way through a list that is read by cursor: a page on, a page back; a list of a million rows is as fast as a short one. */
import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { number } from "~/lib/i18n/format";

/** Where one is: the cursor that the page was read with, and which page that is. Both stand in the address. */
export interface Place {
  after: string;
  page: number;
}
export const START: Place = { after: "", page: 1 };

/** Which cursor came before which, for the way back. */
const before = new Map<string, string>();

export interface TurningProps {
  place: Place;
  /** `next` of the page that is shown. */
  next: string | null | undefined;
  shown: number;
  size: number;
  total?: number | null;
  onMove: (place: Place) => void;
}

export function Turning({ place, next, shown, size, total = null, onMove }: TurningProps) {
  const { t } = useTranslation();
  const from = (place.page - 1) * size;
  const range = { from: number(shown ? from + 1 : 0), to: number(from + shown), total: number(total) };
  const on = () => {
    before.set(next!, place.after);
    onMove({ after: next!, page: place.page + 1 });
  };
  const back = () => {
    const known = before.get(place.after);
    onMove(place.page > 2 && known ? { after: known, page: place.page - 1 } : START);
  };
  return (
    <Group justify="space-between" component="nav" aria-label={t("table.pages")}>
      <Text size="xs" c="dimmed" aria-live="polite">
        {t(total === null ? "table.range" : "table.range_of", range)}
      </Text>
      {(place.page > 1 || next) && (
        <Group gap="xs">
          <Button size="xs" variant="default" disabled={place.page === 1} onClick={back}>
            {t("table.before")}
          </Button>
          <Button size="xs" variant="default" disabled={!next} onClick={on}>
            {t("table.next")}
          </Button>
        </Group>
      )}
    </Group>
  );
}
