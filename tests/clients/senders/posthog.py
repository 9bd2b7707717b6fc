"""Sends with posthog."""

import json
import sys
from datetime import UTC, datetime

from posthog import Posthog

told = json.loads(sys.argv[1])
failures = []
client = Posthog(
    told["key"], host=told["url"], gzip=told["gzip"], on_error=lambda error, items: failures.append(str(error)),
    max_retries=0, flush_interval=0.05,
)  # fmt: skip
at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
client.set(
    distinct_id="user-1", properties={"email": "zoe@example.com", "firstName": "Zoë", "plan": "pro", "age": 34},
    timestamp=at,
)  # fmt: skip
order = {"order_id": "o-1", "revenue": 42.5, "products": [{"product_id": "p1", "price": 10.25, "quantity": 2}]}
client.capture("Order Completed", distinct_id="user-1", properties=order, timestamp=at, uuid=told["id"])
client.capture("$pageview", distinct_id="user-1", properties={"$current_url": "https://example.com"}, timestamp=at)
client.capture("$screen", distinct_id="user-1", properties={"$screen_name": "Home"}, timestamp=at)
client.group_identify("company", "group-1", {"name": "Acme"}, distinct_id="user-1", timestamp=at)
client.capture("Viewed", distinct_id="anon-2", properties={"n": 1}, timestamp=at)
client.alias("anon-2", "user-1", timestamp=at)
for n in range(told["crowd"]):
    client.set(distinct_id=f"crowd-{n}", properties={"plan": "free", "age": n}, timestamp=at)
    client.capture("Viewed", distinct_id=f"crowd-{n}", properties={"n": n}, timestamp=at)
client.shutdown()
print(json.dumps(failures))
