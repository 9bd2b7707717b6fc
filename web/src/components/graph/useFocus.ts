/** Where the canvas looks: at the start of a journey at first, and at a node that was chosen elsewhere. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type Dispatch, type SetStateAction, useCallback, useEffect } from "react";
import type { ActivityNode, WayEdge } from "./flow";
import { ENTRY } from "./model";

/** Below this nothing can be read; a large journey is shown from its top instead of as a whole. */
const READABLE = 0.62;
const MARGIN = 24;

export function useFocus(selected: string | null | undefined, setNodes: Dispatch<SetStateAction<ActivityNode[]>>) {
  const flow = useReactFlow<ActivityNode, WayEdge>();
  const store = useStoreApi();
  const boxOf = () => store.getState().domNode?.getBoundingClientRect();

  const show = useCallback(() => {
    const box = boxOf();
    const bounds = flow.getNodesBounds(flow.getNodes());
    if (!box) return;
    const whole = Math.min(1, (box.width - 2 * MARGIN) / bounds.width, (box.height - 2 * MARGIN) / bounds.height);
    if (whole >= READABLE) return void flow.fitView({ maxZoom: 1, padding: 0.08 });
    const zoom = Math.max(READABLE, Math.min(0.9, (box.width - 2 * MARGIN) / bounds.width));
    const entry = flow.getNode(ENTRY);
    const middle = (entry?.position.x ?? 0) + (entry?.width ?? 0) / 2;
    void flow.setViewport({ x: box.width / 2 - middle * zoom, y: MARGIN - (entry?.position.y ?? 0) * zoom, zoom });
  }, [flow, store]);

  useEffect(() => {
    if (selected === undefined) return;
    setNodes((before) => (before.some((node) => !!node.selected !== (node.id === selected)) && before.filter(({ selected: on }) => on).length < 2 ? before.map((node) => choose(node, node.id === selected)) : before));
    if (!selected) return;
    // A form may open beside the canvas for what is selected; look again when it has.
    const soon = setTimeout(() => reveal(selected), 80);
    return () => clearTimeout(soon);
  }, [selected, setNodes]);

  /** What was in the middle stays there when the room changes. */
  useEffect(() => {
    const box = store.getState().domNode;
    if (!box) return;
    let width = box.clientWidth;
    const observer = new ResizeObserver(() => {
      const { x, y, zoom } = flow.getViewport();
      if (box.clientWidth !== width && width > 0) void flow.setViewport({ x: x + (box.clientWidth - width) / 2, y, zoom });
      width = box.clientWidth;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [flow, store]);

  /** Moves only if the node is out of sight. */
  const reveal = (id: string) => {
    const node = flow.getNode(id);
    const box = boxOf();
    if (!node || !box) return;
    const { x, y } = flow.flowToScreenPosition(node.position);
    const { zoom } = flow.getViewport();
    const [width, height] = [(node.width ?? 0) * zoom, (node.height ?? 0) * zoom];
    if (x >= box.left && y >= box.top && x + width <= box.right && y + height <= box.bottom) return;
    void flow.setCenter(node.position.x + (node.width ?? 0) / 2, node.position.y + (node.height ?? 0) / 2, { zoom: Math.max(zoom, READABLE), duration: 200 });
  };
  return { show };
}

const choose = (node: ActivityNode, selected: boolean): ActivityNode => (!!node.selected === selected ? node : { ...node, selected });
