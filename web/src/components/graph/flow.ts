/** The graph in the form that the canvas draws; what has not changed stays the same object, and is not drawn again. */
import { type Edge, MarkerType, type Node, Position } from "@xyflow/react";
import type { Graph, GraphNode, OutletKind, Points } from "./model";
import { outletAt, sizeOf } from "./model";

export type ActivityNode = Node<{ node: GraphNode }, "activity">;
export type WayEdge = Edge<{ kind: OutletKind; label: string; handle: string }, "way">;

const DOT = 10;

export function nodesOf(graph: Graph, places: Points, before: readonly ActivityNode[], name: (node: GraphNode) => string): ActivityNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return graph.nodes.map((node) => {
    const kept = known.get(node.id);
    const position = places[node.id] ?? { x: 0, y: 0 };
    const data = kept && sameNode(kept.data.node, node) ? kept.data : { node };
    const label = name(node);
    if (kept && kept.data === data && kept.ariaLabel === label && kept.position.x === position.x && kept.position.y === position.y) return kept;
    return { ...drawn(node, label), ...(kept?.selected ? { selected: true } : {}), data, position };
  });
}

function drawn(node: GraphNode, ariaLabel: string): Omit<ActivityNode, "data" | "position"> {
  const { width, height } = sizeOf(node);
  const dot = { width: DOT, height: DOT };
  const into = { id: "in", type: "target" as const, position: Position.Top, x: width / 2 - DOT / 2, y: -DOT / 2, ...dot };
  const out = node.outlets.map(({ handle }, place, { length }) => ({
    id: handle, type: "source" as const, position: Position.Bottom, x: outletAt(place, length, width) - DOT / 2, y: height - DOT / 2, ...dot,
  }));
  return { id: node.id, type: "activity", width, height, measured: { width, height }, ariaLabel, handles: node.kind === "entry" ? out : [into, ...out], deletable: node.kind !== "entry" };
}

/** Settings are never changed in place, so the same object says the same. */
const sameNode = (a: GraphNode, b: GraphNode): boolean =>
  a.kind === b.kind && a.id === b.id && (a.settings === b.settings || JSON.stringify(a) === JSON.stringify(b));

const COLOURS: Partial<Record<OutletKind, string>> = {
  error: "var(--mantine-color-red-6)",
  timeout: "var(--mantine-color-orange-6)",
};
export const colourOf = (kind: OutletKind): string => COLOURS[kind] ?? "var(--graph-line)";

export function edgesOf(graph: Graph, before: readonly WayEdge[], name: (edge: Graph["edges"][number]) => string): WayEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  return graph.edges.map(({ id, source, target, handle, kind, label }) => {
    const kept = known.get(id);
    const ariaLabel = name({ id, source, target, handle, kind, label });
    if (kept && kept.ariaLabel === ariaLabel && kept.data?.label === label) return kept;
    return {
      id, source, target, type: "way", sourceHandle: handle, targetHandle: "in", ariaLabel, data: { kind, label, handle },
      markerEnd: { type: MarkerType.ArrowClosed, color: colourOf(kind), width: 14, height: 14, markerUnits: "userSpaceOnUse" },
    };
  });
}
