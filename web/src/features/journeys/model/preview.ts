/** A message as one person would read it: simple places are filled in, anything else stays as it was written. */
type Values = Readonly<Record<string, unknown>>;

const PLACE = /\{\{-?\s*([a-z_]+)\.([\w.]+)\s*((?:\|[^}]*)?)-?\}\}/gi;

const at = (values: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((inside, name) => (typeof inside === "object" && inside !== null ? (inside as Record<string, unknown>)[name] : undefined), values);

const FALLBACK = /\|\s*default:\s*(?:"([^"]*)"|'([^']*)')/;

/** `roots` are what is known: `profile`, and `event` where one is at hand. What is unknown is shown as `‹event.total›`. */
export function filled(template: string, roots: Values): string {
  return template.replace(PLACE, (_, root: string, path: string, filters: string) => {
    const value = at(roots[root], path);
    if (value != null && value !== "") return String(value);
    const other = FALLBACK.exec(filters);
    return other ? (other[1] ?? other[2] ?? "") : root in roots ? "" : `‹${root}.${path}›`;
  });
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** For the HTML part values are escaped, as the server does. */
export const filledHtml = (template: string, roots: Values): string => {
  const safe = (value: unknown): unknown =>
    typeof value === "string" ? escaped(value) : typeof value === "object" && value ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, safe(each)])) : value;
  return filled(template, safe(roots) as Values);
};
