/** How large a node is, known before it is drawn: so it can be laid out, and drawn only when it is in view. */
import type { GraphNode } from "./graph";

/** Everything stands on this grid, by its middle: so what is below something else is right below it. */
export const GRID = 8;
const EVEN = 2 * GRID;
const WIDTH = 224;
const OUTLET = 92;
const HEAD = 64;
const FOOT = 28;

export interface Size {
  width: number;
  height: number;
}

export const sizeOf = ({ outlets, foot }: GraphNode): Size => ({
  width: Math.ceil(Math.max(WIDTH, outlets.length * OUTLET) / EVEN) * EVEN,
  height: HEAD + (foot ? FOOT : 0),
});

/** Middle of the nth of so many ways out, from the left. */
export const outletAt = (place: number, count: number, width: number): number => (width * (place + 0.5)) / count;
