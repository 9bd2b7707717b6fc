// Sends with @segment/analytics-node.
import { Analytics } from "@segment/analytics-node";

const told = JSON.parse(process.argv[2]);
const failures = [];
const client = new Analytics({ writeKey: told.key, host: told.url, path: "/v1/batch", maxRetries: 0, flushAt: 20 });
client.on("error", (error) => failures.push(String(error.reason ?? error.code)));
const timestamp = new Date("2026-01-02T03:04:05Z");
const traits = { email: "zoe@example.com", firstName: "Zoë", plan: "pro", age: 34 };
client.identify({ userId: "user-1", traits, timestamp });
const order = { order_id: "o-1", revenue: 42.5, products: [{ product_id: "p1", price: 10.25, quantity: 2 }] };
client.track({ userId: "user-1", anonymousId: "anon-1", event: "Order Completed", properties: order, timestamp, messageId: told.id });
client.page({ userId: "user-1", category: "Docs", name: "Pricing", properties: { url: "https://example.com/pricing" }, timestamp });
client.screen({ userId: "user-1", category: "App", name: "Home", properties: { dark: true }, timestamp });
client.group({ userId: "user-1", groupId: "group-1", traits: { name: "Acme", employees: 12 }, timestamp });
client.track({ anonymousId: "anon-2", event: "Viewed", properties: { n: 1 }, timestamp });
client.alias({ userId: "user-1", previousId: "anon-2", timestamp });
for (let n = 0; n < told.crowd; n++) {
  client.identify({ userId: `crowd-${n}`, traits: { plan: "free", age: n }, timestamp });
  client.track({ userId: `crowd-${n}`, event: "Viewed", properties: { n }, timestamp });
}
await client.closeAndFlush();
console.log(JSON.stringify(failures));
