/**
 * What is shown over a graph and changes by itself: counters and problems. Each node and edge listens for its own, so a
 * number that moves draws one node again, not three hundred.
 */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Counters, GraphProblem, NodeCounters } from "./model";

type Listener = () => void;
const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

export class Overlay {
  private nodes: Readonly<Record<string, NodeCounters>> = {};
  private ways: Readonly<Record<string, number>> = {};
  private problems: ReadonlyMap<string, readonly GraphProblem[]> = new Map();
  private readonly listeners = new Set<Listener>();

  subscribe = (listener: Listener): Listener => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  count(counters: Counters | undefined): void {
    const before = this.nodes;
    this.nodes = Object.fromEntries(Object.entries(counters?.nodes ?? {}).map(([id, next]) => [id, same(before[id], next) ? before[id]! : next]));
    this.ways = counters?.ways ?? {};
    this.tell();
  }

  complain(problems: ReadonlyMap<string, readonly GraphProblem[]>): void {
    const before = this.problems;
    this.problems = new Map([...problems].map(([id, next]) => [id, same(before.get(id), next) ? before.get(id)! : next]));
    this.tell();
  }

  node = (id: string): NodeCounters | undefined => this.nodes[id];
  way = (key: string): number | undefined => this.ways[key];
  problemsOf = (id: string): readonly GraphProblem[] | undefined => this.problems.get(id);

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

export const OverlayContext = createContext(new Overlay());

export function useNodeCounters(id: string): NodeCounters | undefined {
  const overlay = useContext(OverlayContext);
  return useSyncExternalStore(overlay.subscribe, () => overlay.node(id));
}
export function useWayCount(key: string): number | undefined {
  const overlay = useContext(OverlayContext);
  return useSyncExternalStore(overlay.subscribe, () => overlay.way(key));
}
export function useProblems(id: string): readonly GraphProblem[] | undefined {
  const overlay = useContext(OverlayContext);
  return useSyncExternalStore(overlay.subscribe, () => overlay.problemsOf(id));
}
