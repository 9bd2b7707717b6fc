/** A journey as a graph, without React: reading, laying out, connecting, editing, undoing. */
export * from "./connecting";
export * from "./counters";
export * from "./definition";
export * from "./edits";
export * from "./fresh";
export * from "./graph";
export * from "./history";
export * from "./kinds";
export * from "./layout";
export * from "./names";
export * from "./outlets";
export * from "./places";
export * from "./size";
export * from "./summary";
