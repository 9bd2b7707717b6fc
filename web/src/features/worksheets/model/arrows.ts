/** Arrow keys in a table: from a cell that is typed in place to the one beside, above or below it. */
const MOVES: Readonly<Record<string, readonly [rows: number, cells: number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The button that an arrow key leads to; `null` where the key is no arrow, or there is none. */
export function beside(from: HTMLElement, key: string): HTMLElement | null {
  const move = MOVES[key];
  const cell = from.closest("td");
  const row = cell?.parentElement as HTMLTableRowElement | null | undefined;
  if (!move || !cell || !row || from.tagName !== "BUTTON") return null;
  const [rows, cells] = move;
  if (rows) {
    const next = (rows > 0 ? row.nextElementSibling : row.previousElementSibling) as HTMLTableRowElement | null;
    return next?.cells[cell.cellIndex]?.querySelector<HTMLElement>("button") ?? null;
  }
  for (let at = cell.cellIndex + cells; at >= 0 && at < row.cells.length; at += cells) {
    const found = row.cells[at]?.querySelector<HTMLElement>("button, a");
    if (found) return found;
  }
  return null;
}
