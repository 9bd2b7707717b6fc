/** The graph of a journey: a node for the entry and for each activity, an edge for each target of each way. */
import { type Activity, ENTRY, type JourneyDefinition } from "./definition";
import { nodeOutlets, type Outlet, type OutletKind } from "./outlets";

export interface GraphNode {
  id: string;
  /** The kind of activity, or `entry`. */
  kind: string;
  /** Settings of the activity; of the entry those of the journey's `entry`. */
  settings: Activity;
  outlets: readonly Outlet[];
  /** Whether its ways out are written on it: where there is a choice, or something to do with them. */
  foot: boolean;
}

export interface GraphEdge {
  id: string;
  source: string;
  handle: string;
  target: string;
  kind: OutletKind;
  label: string;
}

export interface Graph {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

export const edgeId = (source: string, handle: string, target: string): string => `${source}|${handle}|${target}`;

/** With `every` also the ways for trouble that lead nowhere are on the nodes, so that they can be drawn. */
export function graphOf(journey: JourneyDefinition, every = false): Graph {
  const entry = { ...journey.entry, type: "entry" } as Activity;
  const nodes = [nodeOf(journey, ENTRY, entry, every), ...Object.entries(journey.activities).map(([id, settings]) => nodeOf(journey, id, settings, every))];
  return { nodes, edges: nodes.flatMap((node) => edgesOf(node, journey)) };
}

function nodeOf(journey: JourneyDefinition, id: string, settings: Activity, every: boolean): GraphNode {
  const outlets = nodeOutlets(journey, id).filter(({ kind, targets }) => every || targets.length > 0 || (kind !== "error" && kind !== "timeout"));
  return { id, kind: settings.type, settings, outlets, foot: outlets.length > 1 || (every && outlets.length === 1) };
}

/** Targets that do not exist are no edges; checking tells of them. */
const edgesOf = ({ id, outlets }: GraphNode, journey: JourneyDefinition): GraphEdge[] =>
  outlets.flatMap(({ handle, kind, label, targets }) =>
    targets.filter((target) => target in journey.activities).map((target) => ({ id: edgeId(id, handle, target), source: id, handle, target, kind, label })),
  );

/** Everything that some path from `from` leads to, itself included; the way back of a loop leads nowhere. */
export function reachable(journey: JourneyDefinition, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const ahead = [from];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const { kind, targets } of nodeOutlets(journey, id)) if (kind !== "again") ahead.push(...targets);
  }
  return found;
}

/** Activities from which some path leads to `to`, nearest first. */
export function before(journey: JourneyDefinition, to: string): readonly string[] {
  const into = new Map<string, string[]>();
  for (const { source, target, kind } of graphOf(journey).edges)
    if (kind !== "again") {
      const comers = into.get(target);
      if (comers) comers.push(source);
      else into.set(target, [source]);
    }
  const found = new Set<string>();
  const ahead = [...(into.get(to) ?? [])];
  for (let id = ahead.shift(); id !== undefined; id = ahead.shift()) {
    if (found.has(id)) continue;
    found.add(id);
    ahead.push(...(into.get(id) ?? []));
  }
  return [...found].filter((id) => id !== ENTRY);
}
