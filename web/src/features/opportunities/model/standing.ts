/** Where an opportunity stands: the card holds who and what, its active entry the stage and the figures. */
import type { Opportunity } from "~/components/crm/fields";

export interface Entry {
  id: number;
  active: boolean;
  action: string;
  stage: number;
  previous_stage: number;
  date_of_change: string;
  date_closed: string | null;
  days_open: number;
  estimated_value: number;
  chances_pct: number;
  completed_pct: number;
  probability_pct: number;
  estimated_close_date: string | null;
  close_code: string;
}

/** The card with the stage and figures of its newest entry; without one nothing is estimated yet. */
export function standing<Card extends object>(card: Card, entries: readonly Entry[]): Card & Opportunity {
  const now = entries.find(({ active }) => active) ?? entries.at(-1);
  const figures = {
    stage: now?.stage ?? null,
    estimated_value: now?.estimated_value ?? null,
    chances_pct: now?.chances_pct ?? null,
    completed_pct: now?.completed_pct ?? null,
    probability_pct: now?.probability_pct ?? null,
    current_value: now ? (now.estimated_value * now.probability_pct) / 100 : null,
    estimated_close_date: now?.estimated_close_date ?? null,
    close_code: now?.close_code ?? "",
  };
  return { ...card, ...figures } as Card & Opportunity;
}
