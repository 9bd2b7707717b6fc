/** A journey as a graph: to read (`<JourneyGraph definition counters />`) and to edit. */
export { DRAGGED, type Editing } from "./editing";
export { Sign, Tile } from "./icons";
export { JourneyGraph, type JourneyGraphProps } from "./JourneyGraph";
export { titleOf, useTitle } from "./naming";
