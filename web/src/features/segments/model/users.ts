/** Who uses a segment: the server names them as `journey 'win-back'`. */
export interface User {
  kind: string;
  id: string;
}

export function userOf(text: string): User {
  const [, kind, id] = /^(\S+) ['"](.+)['"]$/.exec(text) ?? [];
  return kind && id ? { kind, id } : { kind: "", id: text };
}
