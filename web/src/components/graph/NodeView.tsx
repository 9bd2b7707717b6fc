/** An activity on the canvas: its sign, what it is called, what it does, how many came, and its ways out. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo, useContext } from "react";
import { useTranslation } from "react-i18next";
import { compact, number } from "~/lib/i18n/format";
import { EditingContext } from "./editing";
import type { ActivityNode } from "./flow";
import { Tile } from "./icons";
import { type GraphNode, type Outlet, outletAt, summary } from "./model";
import { useTitle } from "./naming";
import { useNodeCounters, useProblems } from "./overlay";

export const NodeView = memo(function NodeView({ id, data: { node }, width = 224, isConnectable }: NodeProps<ActivityNode>) {
  const title = useTitle(node);
  const { i18n } = useTranslation();
  const problems = useProblems(id);
  return (
    <div className="graph-node" data-group={node.kind === "entry" ? "entry" : undefined} data-wrong={problems ? "" : undefined}>
      {node.kind !== "entry" && <Handle type="target" id="in" position={Position.Top} isConnectable={isConnectable} />}
      <div className="graph-head">
        <Tile kind={node.kind} />
        <div className="graph-words">
          <div className="graph-title">{title}</div>
          <div className="graph-said">{summary(node.settings, i18n.language) || <Kind node={node} title={title} />}</div>
        </div>
        <Numbers id={id} node={node} />
      </div>
      {problems && <Wrong count={problems.length} text={problems.map(({ message }) => message).join("\n")} />}
      {node.outlets.map((outlet, place, { length }) => (
        <Way key={outlet.handle} node={node} title={title} outlet={outlet} at={outletAt(place, length, width)} room={width / length} alone={length === 1} connectable={isConnectable} />
      ))}
    </div>
  );
});

function Kind({ node, title }: { node: GraphNode; title: string }) {
  const { t } = useTranslation("graph");
  const kind = t(`kind.${node.kind}`, node.kind);
  return <>{kind === title ? "" : kind}</>;
}

function Numbers({ id, node }: { id: string; node: GraphNode }) {
  const { t } = useTranslation("graph");
  const counted = useNodeCounters(id);
  if (!counted) return null;
  const { arrived, waiting, errors = 0 } = counted;
  const drawn = node.outlets.some(({ kind, targets }) => kind === "error" && targets.length > 0);
  return (
    <div className="graph-numbers">
      <div title={t("counted.arrived", { count: arrived, replace: { count: number(arrived) } })}>{compact(arrived)}</div>
      {waiting > 0 && (
        <div className="graph-inside" title={t("counted.waiting", { replace: { count: number(waiting) } })}>
          {compact(waiting)}
        </div>
      )}
      {errors > 0 && (
        <div className="graph-errors" title={t(drawn ? "counted.errors" : "counted.ended_in_error", { replace: { count: number(errors) } })}>
          {compact(errors)}
        </div>
      )}
    </div>
  );
}

function Wrong({ count, text }: { count: number; text: string }) {
  const { t } = useTranslation("graph");
  return (
    <div className="graph-wrong" title={text} role="img" aria-label={t("problems", { count })}>
      !
    </div>
  );
}

interface WayProps {
  node: GraphNode;
  title: string;
  outlet: Outlet;
  at: number;
  room: number;
  alone: boolean;
  connectable: boolean;
}

function Way({ node, title, outlet, at, room, alone, connectable }: WayProps) {
  const { t } = useTranslation("graph");
  const editing = useContext(EditingContext);
  const { handle, kind, label, targets } = outlet;
  const word = label || (handle.startsWith("branches.") ? `${t("way.branch")} ${Number(handle.slice(9)) + 1}` : t(`way.${kind}`));
  const shown = node.foot && !(alone && kind === "next");
  const look = { left: at - room / 2 + 4, width: room - 8 };
  return (
    <>
      {editing ? (
        <button type="button" className="graph-way nodrag nopan" data-kind={kind} data-open={targets.length ? undefined : ""} style={look} title={word}
          aria-label={t("behind", { way: word, name: title })} aria-haspopup="menu"
          onClick={(event) => {
            event.stopPropagation();
            editing.onWay(node.id, handle, event.currentTarget.getBoundingClientRect());
          }}>
          {shown && <span>{word}</span>}
          <b aria-hidden>+</b>
        </button>
      ) : (
        shown && (targets.length > 0 || kind === "path" || kind === "otherwise") && (
          <span className="graph-way" data-kind={kind} data-open={targets.length ? undefined : ""} style={look} title={targets.length ? word : `${word}: ${t("not_drawn")}`}>
            <span>{word}</span>
          </span>
        )
      )}
      <Handle type="source" id={handle} position={Position.Bottom} style={{ left: at }} isConnectable={connectable} data-kind={kind} data-open={targets.length ? undefined : ""} />
    </>
  );
}
