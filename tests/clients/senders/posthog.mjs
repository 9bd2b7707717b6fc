// Sends with posthog-node.
import { PostHog } from "posthog-node";

const told = JSON.parse(process.argv[2]);
const failures = [];
const client = new PostHog(told.key, {
  host: told.url, disableCompression: !told.gzip, flushAt: 20, flushInterval: 50, fetchRetryCount: 0,
});
client.on("error", (error) => failures.push(String(error)));
const timestamp = new Date("2026-01-02T03:04:05Z");
client.identify({ distinctId: "user-1", properties: { email: "zoe@example.com", firstName: "Zoë", plan: "pro", age: 34 } });
const order = { order_id: "o-1", revenue: 42.5, products: [{ product_id: "p1", price: 10.25, quantity: 2 }] };
client.capture({ distinctId: "user-1", event: "Order Completed", properties: order, timestamp, uuid: told.id });
client.capture({ distinctId: "user-1", event: "$pageview", properties: { $current_url: "https://example.com" }, timestamp });
client.capture({ distinctId: "user-1", event: "$screen", properties: { $screen_name: "Home" }, timestamp });
client.groupIdentify({ groupType: "company", groupKey: "group-1", properties: { name: "Acme" }, distinctId: "user-1" });
client.capture({ distinctId: "anon-2", event: "Viewed", properties: { n: 1 }, timestamp });
client.alias({ distinctId: "user-1", alias: "anon-2" });
for (let n = 0; n < told.crowd; n++) {
  client.identify({ distinctId: `crowd-${n}`, properties: { plan: "free", age: n } });
  client.capture({ distinctId: `crowd-${n}`, event: "Viewed", properties: { n }, timestamp });
}
await client.shutdown();
console.log(JSON.stringify(failures));
