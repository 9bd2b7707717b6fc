/** Ids of activities: short, made from the kind, never twice. */
const ALLOWED = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

export const isName = (text: string): boolean => ALLOWED.test(text);

export function freshName(taken: Readonly<Record<string, unknown>>, kind: string): string {
  const stem = kind.replaceAll("_", "-");
  if (!(stem in taken)) return stem;
  for (let number = 2; ; number++) if (!(`${stem}-${number}` in taken)) return `${stem}-${number}`;
}

/** An id from what somebody wrote: `Win back (2)` is `win-back-2`. */
export function nameFrom(text: string): string {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const name = plain.replace(/[^a-z0-9_]+/g, "-").replace(/^[-0-9]+|-+$/g, "");
  return name.slice(0, 63);
}
