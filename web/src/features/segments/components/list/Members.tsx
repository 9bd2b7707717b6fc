/** A number of a segment that moves while one looks at it. */
import { number } from "~/lib/i18n/format";
import { useLiveSegment } from "~/lib/live";
import type { SegmentRow } from "../../api/list";

export function Members({ row, what }: { row: SegmentRow; what: "members" | "entries" | "exits" }) {
  const live = useLiveSegment(row.segment);
  return <>{number(live?.[what] ?? row[what])}</>;
}
