/** The first event, ready to be copied: with the write key of a source and the address of this server. */
export const LANGUAGES = ["curl", "python", "node", "browser"] as const;
export type Language = (typeof LANGUAGES)[number];

export function snippet(language: Language, address: string, key: string): string {
  const host = address.replace(/^https?:\/\//, "");
  switch (language) {
    case "curl":
      return `curl -u ${key}: ${address}/v1/identify -d '{"userId": "ada", "traits": {"email": "ada@example.com", "city": "London"}}'
curl -u ${key}: ${address}/v1/track -d '{"userId": "ada", "event": "Order Completed", "properties": {"total": 80}}'`;
    case "python":
      return `import segment.analytics as analytics  # pip install segment-analytics-python

analytics.write_key = "${key}"
analytics.host = "${address}"
analytics.identify("ada", {"email": "ada@example.com", "city": "London"})
analytics.track("ada", "Order Completed", {"total": 80})
analytics.flush()`;
    case "node":
      return `import { Analytics } from "@segment/analytics-node"; // npm install @segment/analytics-node

const analytics = new Analytics({ writeKey: "${key}", host: "${address}" });
analytics.identify({ userId: "ada", traits: { email: "ada@example.com", city: "London" } });
analytics.track({ userId: "ada", event: "Order Completed", properties: { total: 80 } });
await analytics.closeAndFlush();`;
    case "browser":
      return `import { AnalyticsBrowser } from "@segment/analytics-next"; // npm install @segment/analytics-next

const analytics = AnalyticsBrowser.load(
  { writeKey: "${key}", cdnURL: "${address}" },
  { integrations: { "Segment.io": { apiHost: "${host}/v1" } } },
);
analytics.identify("ada", { email: "ada@example.com", city: "London" });
analytics.track("Order Completed", { total: 80 });`;
  }
}
