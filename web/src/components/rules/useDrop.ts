/** What a part of a group needs so that conditions can be dropped there. */
import type { DragEvent } from "react";
import { useEditing } from "./context";
import { mayMove, move } from "./model/edit";

/** `placeAt` says before which condition of the group something is put when it is dropped at this event. */
export function useDrop(group: string, placeAt: (event: DragEvent) => number) {
  const { root, dragged, drag, aim, target, change } = useEditing();
  const open = dragged !== null && mayMove(root, dragged, group);
  const onDragOver = (event: DragEvent) => {
    if (!open) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "move";
    const index = placeAt(event);
    if (target?.group !== group || target.index !== index) aim({ group, index });
  };
  const onDrop = (event: DragEvent) => {
    if (!open) return;
    event.preventDefault();
    event.stopPropagation();
    change(move(root, dragged, { group, index: placeAt(event) }));
    drag(null);
  };
  return { open, onDragOver, onDragEnter: onDragOver, onDrop };
}

/** Before a condition in its upper half, behind it in its lower one. */
export const half = (index: number) => (event: DragEvent): number => {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return event.clientY < top + height / 2 ? index : index + 1;
};
