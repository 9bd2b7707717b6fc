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
  // A way for trouble to where one comes anyway moves nothing: it only goes round what is between.
  const shown = edges.filter(({ source, target, kind }) => !(isTrouble(kind) && ahead(source).has(target)));
  const down = shown.map(({ id, source, target, kind }) => (kind === "again" ? { id, from: target, to: source, weight: 1 } : { id, from: source, to: target, weight: isTrouble(kind) ? 1 : 3 }));
  for (const { id, from, to, weight } of withoutFar(down)) drawn.setEdge(from, to, { weight }, id);
  layout(drawn, { constraints: siblings({ nodes, edges }) });
  return Object.fromEntries(
    nodes.map((node) => {
      const { x = 0, y = 0 } = drawn.node(node.id) as { x?: number; y?: number };
      const { width, height } = sizeOf(node);
      return [node.id, { x: snap(x) - width / 2, y: snap(y - height / 2) }];
    }),
  );
}

interface Down {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/** As many rows as edges may pass by altogether, before the longest of them are drawn across what is between. */
const MOST_PASSED = 400;

/**
 * The edges that decide on the places. Each row that an edge passes by costs as much as a node: where hundreds of ways
 * lead from everywhere to one end, the longest say nothing that the others do not.
 */
export function withoutFar(edges: readonly Down[]): readonly Down[] {
  const row = rows(edges);
  const passed = ({ from, to }: Down) => Math.max(0, row(to) - row(from) - 1);
  let rest = edges.reduce((sum, edge) => sum + passed(edge), 0);
  if (rest <= MOST_PASSED) return edges;
  const left = new Set<Down>();
  for (const edge of [...edges].sort((one, other) => passed(other) - passed(one))) {
    if (rest <= MOST_PASSED) break;
    rest -= passed(edge);
    left.add(edge);
  }
  return edges.filter((edge) => !left.has(edge));
}

/** In which row each node stands: one below the lowest that lead to it. What leads round in a circle counts once. */
function rows(edges: readonly Down[]): (id: string) => number {
  const before = new Map<string, string[]>();
  for (const { from, to } of edges) before.set(to, [...(before.get(to) ?? []), from]);
  const found = new Map<string, number>();
  const open = new Set<string>();
  const rowOf = (first: string): number => {
    for (const stack = [first]; stack.length; ) {
      const id = stack.at(-1)!;
      const comers = before.get(id) ?? [];
      const missing = open.has(id) ? [] : comers.filter((comer) => !found.has(comer) && !open.has(comer));
      open.add(id);
      if (missing.length) stack.push(...missing);
      else {
        stack.pop();
        if (!found.has(id)) found.set(id, Math.max(-1, ...comers.map((comer) => found.get(comer) ?? -1)) + 1);
      }
    }
    return found.get(first)!;
  };
  return rowOf;
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
