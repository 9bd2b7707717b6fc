/** What is being dragged: a drop is told only the number, so that the row waits here. */
import type { Opportunity } from "~/components/crm/fields";

export const DRAGGED = "application/x-opportunity";
export const dragged = new Map<string, Opportunity>();
