/** A journey drawn: to read, with numbers and problems, or with `editing` to work on. Give it a box with a height. */
import "@xyflow/react/dist/base.css";
import "./graph.css";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { Canvas } from "./Canvas";
import { type Editing, EditingContext } from "./editing";
import { type Counters, type GraphProblem, journeyOf, type Points, problemsByNode } from "./model";
import { Overlay, OverlayContext } from "./overlay";

export interface JourneyGraphProps {
  /** As `/api/journeys/{journey}` gives it. */
  definition: unknown;
  /** Nodes that were moved by hand; all others are laid out. */
  moved?: Points;
  counters?: Counters;
  problems?: readonly GraphProblem[];
  selected?: string | null;
  onSelect?: (id: string | null) => void;
  /** All that are selected, for what is done to several at once. */
  onSelectAll?: (ids: readonly string[]) => void;
  editing?: Editing;
  /** Without editing it is read only anyway. */
  readOnly?: boolean;
  /** The graph alone: no overview, no buttons. */
  bare?: boolean;
  label?: string;
}

const NONE: readonly GraphProblem[] = [];
const UNMOVED: Points = {};

export function JourneyGraph({ definition, moved = UNMOVED, counters, problems = NONE, editing, readOnly = false, ...rest }: JourneyGraphProps) {
  const journey = useMemo(() => journeyOf(definition), [definition]);
  const [overlay] = useState(() => new Overlay());
  useEffect(() => overlay.count(counters), [overlay, counters]);
  useEffect(() => overlay.complain(problemsByNode(problems, journey)), [overlay, problems, journey]);
  const edits = readOnly ? null : (editing ?? null);
  return (
    <OverlayContext value={overlay}>
      <EditingContext value={edits}>
        <ReactFlowProvider>
          <Canvas journey={journey} moved={moved} {...rest} />
        </ReactFlowProvider>
      </EditingContext>
    </OverlayContext>
  );
}
