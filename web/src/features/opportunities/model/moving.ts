/** From stage to stage of a sales cycle: which move leads there, and what it needs to be told first. */
import type { Opportunity, Stage } from "~/components/crm/fields";

/** A column of the board: `null` holds those that are not started. */
export type Place = number | null;

export interface Move {
  action: "first" | "next" | "previous" | "jump";
  stage?: number;
}

/** The move from one stage to another; none to where it is, and none back to before the first. */
export function moveTo(from: Place, to: Place): Move | null {
  if (to === null || to === from) return null;
  if (from === null) return to === 1 ? { action: "first" } : { action: "jump", stage: to };
  if (to === from + 1) return { action: "next" };
  return to === from - 1 ? { action: "previous" } : { action: "jump", stage: to };
}

export const placeOf = (row: Pick<Opportunity, "status" | "stage">): Place => (row.status === "not_started" || !row.stage ? null : row.stage);

/** Where the keys left and right lead; nothing beyond the ends. */
export function beside(from: Place, step: -1 | 1, stages: readonly Stage[]): Place | undefined {
  const places: Place[] = [null, ...stages.map(({ stage }) => stage)];
  const at = places.indexOf(from) + step;
  return at < 1 ? undefined : places[at];
}

/** Whether somebody must be asked before it can move there: for its value, or for the quote that the stage wants. */
export function asksFirst(row: Pick<Opportunity, "estimated_value" | "quote_no" | "status">, to: Stage): boolean {
  return row.status === "not_started" || !row.estimated_value || (to.quote_required && !row.quote_no);
}

export interface Column {
  place: Place;
  stage: Stage | null;
  rows: Opportunity[];
  estimated: number;
  current: number;
}

/** The board of a cycle: a column for each stage, those not started before them; the most valuable first. */
export function board(rows: readonly Opportunity[], stages: readonly Stage[]): Column[] {
  const sum = (of: readonly Opportunity[], key: "estimated_value" | "current_value") => of.reduce((total, row) => total + (row[key] ?? 0), 0);
  return [null, ...stages].map((stage) => {
    const place = stage?.stage ?? null;
    const here = rows.filter((row) => placeOf(row) === place).sort((one, other) => (other.estimated_value ?? 0) - (one.estimated_value ?? 0) || one.no.localeCompare(other.no));
    return { place, stage, rows: here, estimated: sum(here, "estimated_value"), current: sum(here, "current_value") };
  });
}
