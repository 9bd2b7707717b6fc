/** Nodes and edges as the canvas holds them: those of the journey, with what is selected and being dragged. */
import { applyEdgeChanges, applyNodeChanges, type Connection, type OnBeforeDelete, type OnEdgesChange, type OnNodesChange, type OnSelectionChangeParams } from "@xyflow/react";
import { use, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { EditingContext } from "./editing";
import { type ActivityNode, edgesOf, nodesOf, type WayEdge } from "./flow";
import { connection, ENTRY, type Graph, graphOf, type JourneyDefinition, placed, placesOf, type Points } from "./model";
import { titleOf } from "./naming";

/** The layout is made again only when something is added, removed or led elsewhere, not while somebody types. */
function usePlaces(graph: Graph): Points {
  const structure = JSON.stringify([graph.nodes.map(({ id, outlets }) => [id, outlets.length]), graph.edges.map(({ id }) => id)]);
  return useMemo(() => placesOf(graph), [structure]);
}

export function useFlow(journey: JourneyDefinition, moved: Points, onSelect?: (id: string | null) => void, onSelectAll?: (ids: readonly string[]) => void) {
  const { t } = useTranslation("graph");
  const editing = use(EditingContext);
  const every = editing !== null;
  const graph = useMemo(() => graphOf(journey, every), [journey, every]);
  const laid = usePlaces(graph);
  const places = useMemo(() => placed(laid, moved), [laid, moved]);
  const title = useMemo(() => new Map(graph.nodes.map((node) => [node.id, titleOf(node, (key, fallback) => t(key, fallback))])), [graph, t]);

  const drawnNodes = (before: readonly ActivityNode[]) =>
    nodesOf(graph, places, before, ({ id, kind }) => t("node", { kind: t(`kind.${kind}`, kind), name: title.get(id) }));
  const drawnEdges = (before: readonly WayEdge[]) =>
    edgesOf(graph, before, ({ source, target, kind, label }) => t("edge", { source: title.get(source), target: title.get(target), way: label || t(`way.${kind}`) }));
  const [nodes, setNodes] = useState<ActivityNode[]>(() => drawnNodes([]));
  const [edges, setEdges] = useState<WayEdge[]>(() => drawnEdges([]));
  useEffect(() => setNodes(drawnNodes), [graph, places, title]);
  useEffect(() => setEdges(drawnEdges), [graph, title]);

  const onNodesChange: OnNodesChange<ActivityNode> = useCallback(
    (changes) => {
      setNodes((before) => applyNodeChanges(changes.filter(({ type }) => type !== "remove"), before));
      const done = changes.flatMap((change) => (change.type === "position" && change.dragging === false && change.position ? [[change.id, change.position] as const] : []));
      if (done.length) editing?.onMove(Object.fromEntries(done));
    },
    [editing],
  );
  const onEdgesChange: OnEdgesChange<WayEdge> = useCallback((changes) => setEdges((before) => applyEdgeChanges(changes.filter(({ type }) => type !== "remove"), before)), []);

  const told = useRef("");
  const onSelectionChange = useCallback(
    ({ nodes: chosen }: OnSelectionChangeParams) => {
      const ids = chosen.map(({ id }) => id);
      if (told.current === ids.join()) return;
      told.current = ids.join();
      onSelectAll?.(ids);
      onSelect?.(ids.length === 1 ? (ids[0] ?? null) : null);
    },
    [onSelect, onSelectAll],
  );

  /** Nothing is taken away here: who edits takes it out of the journey, and the graph follows. */
  const onBeforeDelete: OnBeforeDelete<ActivityNode, WayEdge> = useCallback(
    ({ nodes: gone, edges: cut }) => {
      // A key that was meant for a window in front of the canvas.
      if (document.querySelector("[role=dialog]")) return Promise.resolve(false);
      const ids = gone.map(({ id }) => id).filter((id) => id !== ENTRY);
      if (ids.length) editing?.onRemove(ids);
      else for (const { source, target, data } of cut.filter(({ selected }) => selected)) editing?.onDisconnect(source, data?.handle ?? "", target);
      return Promise.resolve(false);
    },
    [editing],
  );
  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      const found = connection(journey, source, sourceHandle ?? "", target);
      if ("targets" in found) editing?.onConnect(source, sourceHandle ?? "", found.targets);
    },
    [journey, editing],
  );
  return { nodes, edges, setNodes, onNodesChange, onEdgesChange, onSelectionChange, onBeforeDelete, onConnect };
}
