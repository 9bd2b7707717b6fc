/** What somebody typed or pasted, as addresses and domains. */
export interface Parsed {
  addresses: string[];
  domains: string[];
  /** Neither the one nor the other. */
  strange: string[];
}

const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

export function parsed(text: string): Parsed {
  const found: Parsed = { addresses: [], domains: [], strange: [] };
  for (const each of new Set(text.split(/[\s,;]+/).filter(Boolean))) {
    const [local, host, ...more] = each.split("@");
    if (host !== undefined && more.length === 0 && DOMAIN.test(host)) (local ? found.addresses : found.domains).push(local ? each : host);
    else if (host === undefined && DOMAIN.test(each)) found.domains.push(each);
    else found.strange.push(each);
  }
  return found;
}
