/** Where a link leads: a page and what it shows, which the router writes into the address. */
export const place = (to: string, search: Record<string, string | number>): { to: string } => ({ to, search }) as { to: string };
