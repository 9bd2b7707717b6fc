/** The surface on which a journey is drawn: panning, zooming, selecting, dragging, connecting. */
import { useComputedColorScheme } from "@mantine/core";
import { Background, Controls, type FinalConnectionState, MiniMap, ReactFlow, useReactFlow } from "@xyflow/react";
import { type DragEvent, use, useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { DRAGGED, EditingContext } from "./editing";
import { EdgeView } from "./EdgeView";
import type { ActivityNode, WayEdge } from "./flow";
import { connection, GRID, groupOf, type JourneyDefinition, type Points } from "./model";
import { NodeView } from "./NodeView";
import { useAriaWords } from "./aria";
import { useFlow } from "./useFlow";
import { useFocus } from "./useFocus";

const NODES = { activity: NodeView };
const EDGES = { way: EdgeView };
const SNAP: [number, number] = [GRID, GRID];
const MANY = 60;
const COLOURS: Record<string, string> = { message: "#4dabf7", listen: "#e8b15c", decide: "#9775fa", act: "#69b37a", flow: "#adb5bd", entry: "#50a6ad" };
const colour = ({ data }: ActivityNode): string => COLOURS[groupOf(data.node.kind)] ?? "#adb5bd";

export interface CanvasProps {
  journey: JourneyDefinition;
  moved: Points;
  selected?: string | null;
  onSelect?: (id: string | null) => void;
  onSelectAll?: (ids: readonly string[]) => void;
  bare?: boolean;
  label?: string;
}

export function Canvas({ journey, moved, selected, onSelect, onSelectAll, bare = false, label }: CanvasProps) {
  const { t } = useTranslation("graph");
  const scheme = useComputedColorScheme("light");
  const editing = use(EditingContext);
  const { screenToFlowPosition } = useReactFlow();
  const flow = useFlow(journey, moved, onSelect, onSelectAll);
  const { show } = useFocus(selected, flow.setNodes);
  const words = useAriaWords();
  const valid = useCallback(
    ({ source, sourceHandle, target }: { source: string; sourceHandle?: string | null; target: string }) => "targets" in connection(journey, source, sourceHandle ?? "", target),
    [journey],
  );
  const drop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED);
    if (!kind || !editing) return;
    event.preventDefault();
    const way = document.elementsFromPoint(event.clientX, event.clientY).map((element) => element.closest<SVGElement>(".react-flow__edge")?.dataset.id).find(Boolean);
    const [source, handle] = way?.split("|") ?? [];
    editing.onDrop(kind, screenToFlowPosition({ x: event.clientX, y: event.clientY }), source && handle ? { source, handle } : undefined);
  };
  const ended = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const { fromNode, fromHandle, toNode, isValid } = state;
    if (!editing || !fromNode || fromHandle?.type !== "source" || isValid) return;
    if (toNode) {
      const found = connection(journey, fromNode.id, fromHandle.id ?? "", toNode.id);
      if ("refused" in found) editing.onRefused(found.refused);
      return;
    }
    const { clientX: x, clientY: y } = "changedTouches" in event ? event.changedTouches[0]! : event;
    editing.onWay(fromNode.id, fromHandle.id ?? "", new DOMRect(x, y, 0, 0), screenToFlowPosition({ x, y }));
  };
  const fit = useMemo(() => ({ maxZoom: 1, padding: 0.12 }), []);
  return (
    <div className={`graph ${editing ? "graph-edit" : "graph-read"}`} onDrop={drop} onDragOver={(event) => editing && event.preventDefault()}>
      <ReactFlow<ActivityNode, WayEdge>
        aria-label={label ?? t("canvas")} nodes={flow.nodes} edges={flow.edges} nodeTypes={NODES} edgeTypes={EDGES} colorMode={scheme}
        onNodesChange={flow.onNodesChange} onEdgesChange={flow.onEdgesChange} onSelectionChange={flow.onSelectionChange}
        onBeforeDelete={flow.onBeforeDelete} onConnect={flow.onConnect} onConnectEnd={ended} isValidConnection={valid}
        onInit={show} minZoom={0.03} maxZoom={1.5} fitViewOptions={fit} connectionRadius={60}
        snapToGrid snapGrid={SNAP} onlyRenderVisibleElements={flow.nodes.length > MANY}
        nodesDraggable={!!editing} nodesConnectable={!!editing} edgesFocusable={!!editing} nodesFocusable elementsSelectable
        deleteKeyCode={editing ? DELETE : null} multiSelectionKeyCode={MORE} panOnScroll zoomOnDoubleClick={false}
        ariaLabelConfig={words} attributionPosition="top-right"
      >
        <Background gap={2 * GRID} size={1} />
        {!bare && <Controls showInteractive={false} fitViewOptions={fit} position="bottom-left" />}
        {!bare && flow.nodes.length > 8 && <MiniMap<ActivityNode> className="graph-map" nodeColor={colour} pannable zoomable ariaLabel={t("aria.minimap")} />}
      </ReactFlow>
    </div>
  );
}

const DELETE = ["Delete", "Backspace"];
const MORE = ["Shift", "Meta", "Control"];
