/** Help about the word under the pointer. */
import { hoverTooltip } from "@codemirror/view";
import { card } from "./card";
import { type EditorLanguage, items, meant, type Word } from "./words";

export function hovering(language: EditorLanguage, words: () => readonly Word[]) {
  return hoverTooltip(async (view, place) => {
    const line = view.state.doc.lineAt(place);
    const around = wordAt(line.text, place - line.from);
    if (!around) return null;
    const name = line.text.slice(around.from, around.to);
    const known = meant(await items(language), name, line.text[around.from - 1] === ".");
    const own = words().find((word) => word.name === name || word.name.endsWith(`.${name}`));
    if (!known.length && !own) return null;
    const create = () => {
      const dom = document.createElement("div");
      dom.append(...known.map(card));
      if (!known.length && own) dom.append(card({ signatures: [`${own.name}${own.detail ? `: ${own.detail}` : ""}`], help: own.help ?? "", examples: [] }));
      return { dom };
    };
    return { pos: line.from + around.from, end: line.from + around.to, above: true, create };
  });
}

export function wordAt(text: string, place: number): { from: number; to: number } | null {
  let from = place;
  let to = place;
  while (from > 0 && /\w/.test(text[from - 1]!)) from -= 1;
  while (to < text.length && /\w/.test(text[to]!)) to += 1;
  return to > from ? { from, to } : null;
}
