/** What a graph tells whoever edits it. Without it the graph is read only. */
import { createContext } from "react";
import type { Points, Refusal } from "./model";

export interface Editing {
  /** A way was drawn to an activity; what stood behind it before may be given up. */
  onConnect: (source: string, handle: string, targets: readonly string[]) => void;
  onRefused: (why: Refusal) => void;
  onDisconnect: (source: string, handle: string, target: string) => void;
  onRemove: (ids: readonly string[]) => void;
  onMove: (places: Points) => void;
  /** The button of a way was pressed, or a way was drawn to where nothing is (`at`, in the graph). */
  onWay: (source: string, handle: string, screen: DOMRect, at?: { x: number; y: number }) => void;
  /** A kind of activity was dropped; onto a way, if it fell on one. */
  onDrop: (kind: string, at: { x: number; y: number }, behind?: { source: string; handle: string }) => void;
}

export const EditingContext = createContext<Editing | null>(null);

/** Under this type the palette gives the kind of activity that is dragged. */
export const DRAGGED = "application/x-parcours-activity";
