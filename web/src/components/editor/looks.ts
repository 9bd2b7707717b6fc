/** How the editor looks: colours of the theme, readable on light and on dark. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

/** The darkest shade is not dark enough for small letters on white. */
const both = (name: string) => `light-dark(color-mix(in srgb, var(--mantine-color-${name}-9) 80%, black), var(--mantine-color-${name}-3))`;

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [t.keyword, t.logicOperator], color: both("violet"), fontWeight: "600" },
    { tag: t.string, color: both("green") },
    { tag: [t.number, t.bool, t.null, t.unit], color: both("orange") },
    { tag: t.function(t.variableName), color: both("indigo") },
    { tag: [t.propertyName, t.definition(t.variableName)], color: both("petrol") },
    { tag: t.special(t.variableName), color: both("grape") },
    { tag: [t.compareOperator, t.arithmeticOperator], color: both("red") },
    { tag: [t.paren, t.squareBracket, t.brace, t.punctuation], color: "var(--mantine-color-dimmed)" },
  ]),
);

const box = { backgroundColor: "var(--mantine-color-body)", color: "var(--mantine-color-text)", border: "1px solid var(--mantine-color-default-border)", borderRadius: "var(--mantine-radius-sm)" };

export const look = EditorView.theme({
  "&": { fontSize: "var(--mantine-font-size-sm)", ...box },
  "&.cm-focused": { outline: "2px solid var(--mantine-primary-color-filled)", outlineOffset: "-1px" },
  ".cm-content": { fontFamily: "var(--mantine-font-family-monospace)", padding: "8px 0", caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--mantine-color-dimmed)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--mantine-primary-color-light-hover) !important" },
  ".cm-matchingBracket": { outline: "1px solid var(--mantine-primary-color-filled)", backgroundColor: "transparent !important" },
  ".cm-placeholder": { color: "var(--mantine-color-dimmed)" },
  ".cm-tooltip": { ...box, boxShadow: "var(--mantine-shadow-md)", maxWidth: "34rem", zIndex: "400" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--mantine-primary-color-filled)", color: "var(--mantine-color-white)" },
  ".cm-completionDetail": { color: "var(--mantine-color-dimmed)", fontStyle: "normal" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-tooltip.cm-completionInfo": { padding: "0" },
  ".cm-card": { padding: "8px 10px", fontSize: "var(--mantine-font-size-xs)" },
  ".cm-card + .cm-card": { borderTop: "1px solid var(--mantine-color-default-border)" },
  ".cm-card code": { display: "block", fontFamily: "var(--mantine-font-family-monospace)", whiteSpace: "pre-wrap" },
  ".cm-card-signature": { fontWeight: "600" },
  ".cm-card-help": { margin: "4px 0", whiteSpace: "pre-wrap" },
  ".cm-card-example": { color: "var(--mantine-color-dimmed)" },
  ".cm-diagnostic": { padding: "6px 10px", fontSize: "var(--mantine-font-size-xs)" },
});
