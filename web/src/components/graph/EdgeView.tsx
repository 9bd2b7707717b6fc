/** A way between two activities, as wide as many took it, with their number. */
import { BaseEdge, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { compact } from "~/lib/i18n/format";
import { colourOf, type WayEdge } from "./flow";
import { wayKey } from "./model";
import { useWayCount } from "./overlay";

const DASHES: Partial<Record<string, string>> = { error: "4 4", timeout: "7 4", again: "2 4" };

export const EdgeView = memo(function EdgeView({ id, source, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data, selected, markerEnd }: EdgeProps<WayEdge>) {
  const { kind = "next", handle = "" } = data ?? {};
  const count = useWayCount(wayKey(source, handle));
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 10, offset: 18 });
  const width = count ? Math.min(5, 1.5 + Math.log10(count) * 0.7) : 1.5;
  return (
    <>
      <BaseEdge id={id} path={path} markerEnd={markerEnd} interactionWidth={24}
        style={{ stroke: selected ? "var(--mantine-primary-color-filled)" : colourOf(kind), strokeWidth: selected ? width + 1 : width, strokeDasharray: DASHES[kind] }} />
      {count !== undefined && (
        <text className="graph-count" x={x} y={y} textAnchor="middle" dominantBaseline="central">
          {compact(count)}
        </text>
      )}
    </>
  );
});
