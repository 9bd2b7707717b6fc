// Sends with customerio-node, which speaks TLS only.
import { TrackClient } from "customerio-node";
import { IdentifierType } from "customerio-node";

const told = JSON.parse(process.argv[2]);
const place = new URL(told.url);
const client = new TrackClient(told.site, told.secret, { url: `${told.url}/api/v1`, port: Number(place.port) });
const timestamp = 1767323045;
await client.identify("user-1", { email: "zoe@example.com", firstName: "Zoë", plan: "pro", age: 34 });
const order = { order_id: "o-1", revenue: 42.5, products: [{ product_id: "p1", price: 10.25, quantity: 2 }] };
await client.track("user-1", { name: "Order Completed", data: order, timestamp, id: told.id });
await client.trackPageView("user-1", "https://example.com/pricing");
await client.addDevice("user-1", "dev-1", "ios");
await client.trackAnonymous("anon-2", { name: "Viewed", data: { n: 1 }, timestamp });
await client.identify("old-1", { seen: "before" });
await client.mergeCustomers(IdentifierType.Id, "user-1", IdentifierType.Id, "old-1");
for (let n = 0; n < told.crowd; n++) {
  await client.identify(`crowd-${n}`, { plan: "free", age: n });
  await client.track(`crowd-${n}`, { name: "Viewed", data: { n }, timestamp });
}
await client.identify("gone-1", { plan: "free" });
await client.destroy("gone-1");
console.log("[]");
