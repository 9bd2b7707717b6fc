/** Two sentences, word by word: what stayed, what went, what came. */

export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

const wordsOf = (text: string): string[] => text.split(/(?<=\s)/);

/** Lengths of the longest common part of what follows each pair of places. */
function common(one: readonly string[], other: readonly string[]): number[][] {
  const table = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let a = one.length - 1; a >= 0; a--)
    for (let b = other.length - 1; b >= 0; b--)
      table[a]![b] = same(one[a]!, other[b]!) ? table[a + 1]![b + 1]! + 1 : Math.max(table[a + 1]![b]!, table[a]![b + 1]!);
  return table;
}

/** A space after a word makes no other word of it. */
const same = (one: string, other: string): boolean => one.trim() === other.trim();

export function wordDifferences(before: string, after: string): Piece[] {
  const [one, other] = [wordsOf(before), wordsOf(after)];
  const table = common(one, other);
  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], text: string) => {
    const last = pieces[pieces.length - 1];
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    if (a < one.length && b < other.length && same(one[a]!, other[b]!)) {
      add("same", other[b]!);
      a++;
      b++;
    } else if (b >= other.length || (a < one.length && table[a + 1]![b]! >= table[a]![b + 1]!)) add("gone", one[a++]!);
    else add("new", other[b++]!);
  }
  return pieces;
}
