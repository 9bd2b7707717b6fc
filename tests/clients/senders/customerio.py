"""Sends with customerio, which speaks TLS only."""

import json
import sys
from urllib.parse import urlsplit

from customerio import CustomerIO

told = json.loads(sys.argv[1])
place = urlsplit(told["url"])
client = CustomerIO(told["site"], told["secret"], host=place.hostname, port=place.port, retries=0)
at = 1_767_323_045
client.identify("user-1", email="zoe@example.com", firstName="Zoë", plan="pro", age=34)
order = {"order_id": "o-1", "revenue": 42.5, "products": [{"product_id": "p1", "price": 10.25, "quantity": 2}]}
client.track("user-1", "Order Completed", order, id=told["id"], timestamp=at)
client.pageview("user-1", "https://example.com/pricing")
client.add_device("user-1", "dev-1", "ios")
client.track_anonymous("anon-2", "Viewed", {"n": 1}, timestamp=at)
client.identify("old-1", seen="before")
client.merge_customers("id", "user-1", "id", "old-1")
for n in range(told["crowd"]):
    client.identify(f"crowd-{n}", plan="free", age=n)
    client.track(f"crowd-{n}", "Viewed", {"n": n}, timestamp=at)
client.identify("gone-1", plan="free")
client.delete("gone-1")
client.close()
print("[]")
