/** The columns of a file, by its first line: enough to ask what they are; the server reads the file itself. */
const DELIMITERS = [",", ";", "\t", "|"];

/** Cells of one line; quotes hold what they hold. */
function cells(line: string, delimiter: string): string[] {
  const found: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at]!;
    if (sign === '"') {
      if (quoted && line[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = !quoted;
    } else if (sign === delimiter && !quoted) {
      found.push(cell);
      cell = "";
    } else cell += sign;
  }
  return [...found, cell].map((each) => each.trim());
}

/** Names of columns in the beginning of a CSV or NDJSON text; empty for what is neither. */
export function columnsIn(beginning: string): string[] {
  const text = beginning.replace(/^\uFEFF/, "");
  if (text.includes("\u0000")) return [];
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  if (line.trimStart().startsWith("{")) {
    try {
      return Object.keys(JSON.parse(line) as Record<string, unknown>);
    } catch {
      return [];
    }
  }
  const [best] = DELIMITERS.map((delimiter) => cells(line, delimiter)).sort((one, other) => other.length - one.length);
  return (best ?? []).filter(Boolean);
}

const key = (id: string) => `parcours.columns.import.${id}`;

/** Kept for this tab, so that an upload can be gone on with after another page. */
export const keep = (id: string, columns: readonly string[]): void => sessionStorage.setItem(key(id), JSON.stringify(columns));
export function kept(id: string): string[] {
  const found = sessionStorage.getItem(key(id));
  return found ? (JSON.parse(found) as string[]) : [];
}
