/** Help about a function: its signatures, what it does, an example. Plain elements: the editor is not React. */
import type { Item } from "./words";

function line(tag: string, name: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

export function card(item: Pick<Item, "signatures" | "help" | "examples">): HTMLElement {
  const made = document.createElement("div");
  made.className = "cm-card";
  for (const signature of item.signatures) made.append(line("code", "cm-card-signature", signature));
  if (item.help) made.append(line("p", "cm-card-help", item.help));
  for (const { text, result } of item.examples) made.append(line("code", "cm-card-example", `${text} → ${result}`));
  return made;
}
