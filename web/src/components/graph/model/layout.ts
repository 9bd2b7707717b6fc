/** Places for all nodes, from top to bottom: every edge but the way back of a loop leads down. */
import { Graph as Dagre, layout } from "@dagrejs/dagre";
import type { Graph } from "./graph";
import type { OutletKind } from "./outlets";
import { GRID, sizeOf } from "./size";

export interface Point {
  x: number;
  y: number;
}
export type Points = Readonly<Record<string, Point>>;

const snap = (value: number): number => Math.round(value / GRID) * GRID;

const isTrouble = (kind: OutletKind): boolean => kind === "error" || kind === "timeout";

/** Left upper corners by id. Equal graphs get equal places. */
export function placesOf({ nodes, edges }: Graph): Points {
  const drawn = new Dagre({ multigraph: true });
  drawn.setGraph({ rankdir: "TB", nodesep: 48, ranksep: 56, marginx: 16, marginy: 16, ranker: nodes.length > 150 ? "tight-tree" : "network-simplex" });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) drawn.setNode(node.id, { ...sizeOf(node) });
  const ahead = followers(edges);
  for (const { id, source, target, kind } of edges)
    // A way for trouble to where one comes anyway moves nothing: it only goes round what is between.
    if (isTrouble(kind) && ahead(source).has(target)) continue;
    else if (kind === "again") drawn.setEdge(target, source, { weight: 1 }, id);
    else drawn.setEdge(source, target, { weight: isTrouble(kind) ? 1 : 3 }, id);
  layout(drawn, { constraints: siblings({ nodes, edges }) });
  return Object.fromEntries(
    nodes.map((node) => {
      const { x = 0, y = 0 } = drawn.node(node.id) as { x?: number; y?: number };
      const { width, height } = sizeOf(node);
      return [node.id, { x: snap(x) - width / 2, y: snap(y - height / 2) }];
    }),
  );
}

/** What comes behind a node without trouble. */
function followers(edges: Graph["edges"]): (from: string) => ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { source, target, kind } of edges) if (!isTrouble(kind) && kind !== "again") next.set(source, [...(next.get(source) ?? []), target]);
  const known = new Map<string, Set<string>>();
  return (from) => {
    let found = known.get(from);
    if (found) return found;
    known.set(from, (found = new Set()));
    for (const ahead = [...(next.get(from) ?? [])]; ahead.length; ) {
      const id = ahead.pop()!;
      if (!found.has(id)) {
        found.add(id);
        ahead.push(...(next.get(id) ?? []));
      }
    }
    return found;
  };
}

/** What follows only one activity stands in the order of its ways: the first path left, the last one right. */
function siblings({ nodes, edges }: Graph): { left: string; right: string }[] {
  const comers = new Map<string, number>();
  for (const { target } of edges) comers.set(target, (comers.get(target) ?? 0) + 1);
  return nodes.flatMap(({ outlets }) => {
    const own = outlets.flatMap(({ targets, kind }) => (kind === "again" ? [] : targets.filter((target) => comers.get(target) === 1)));
    return own.slice(1).map((right, place) => ({ left: own[place]!, right }));
  });
}

/** Those of `moved` where they were moved to, all others where the layout has them. */
export const placed = (laid: Points, moved: Points): Points => ({ ...laid, ...Object.fromEntries(Object.entries(moved).filter(([id]) => id in laid)) });
