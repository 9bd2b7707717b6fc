/** What a node is called: its label, or its id where somebody chose one, or its kind. */
import { useTranslation } from "react-i18next";
import type { GraphNode } from "./model";

type Words = (key: string, fallback: string) => string;

/** `email-2` was made by the editor and says nothing that the kind does not; `first_offer` was chosen. */
const made = ({ id, kind }: GraphNode): boolean => id.replace(/-\d+$/, "").replaceAll("-", "_") === kind;

export function titleOf(node: GraphNode, t: Words): string {
  if (node.settings.label) return node.settings.label;
  const kind = t(`kind.${node.kind}`, node.kind);
  if (node.kind === "entry") return kind;
  if (made(node)) return kind;
  const words = node.id.replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function useTitle(node: GraphNode): string {
  const { t } = useTranslation("graph");
  return titleOf(node, (key, fallback) => t(key, fallback));
}
