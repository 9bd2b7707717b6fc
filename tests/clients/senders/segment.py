"""Sends with segment-analytics-python."""

import json
import sys
from datetime import UTC, datetime

from segment.analytics.client import Client

told = json.loads(sys.argv[1])
failures = []
client = Client(
    told["key"], host=told["url"], gzip=told["gzip"], on_error=lambda error, items: failures.append(str(error)),
    max_retries=0, upload_interval=0.05,
)  # fmt: skip
at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
client.identify("user-1", {"email": "zoe@example.com", "firstName": "Zoë", "plan": "pro", "age": 34}, timestamp=at)
order = {"order_id": "o-1", "revenue": 42.5, "products": [{"product_id": "p1", "price": 10.25, "quantity": 2}]}
client.track("user-1", "Order Completed", order, anonymous_id="anon-1", timestamp=at, message_id=told["id"])
client.page("user-1", "Docs", "Pricing", {"url": "https://example.com/pricing"}, timestamp=at)
client.screen("user-1", "App", "Home", {"dark": True}, timestamp=at)
client.group("user-1", "group-1", {"name": "Acme", "employees": 12}, timestamp=at)
client.track(anonymous_id="anon-2", event="Viewed", properties={"n": 1}, timestamp=at)
client.alias("anon-2", "user-1", timestamp=at)
for n in range(told["crowd"]):
    client.identify(f"crowd-{n}", {"plan": "free", "age": n}, timestamp=at)
    client.track(f"crowd-{n}", "Viewed", {"n": n}, timestamp=at)
client.shutdown()
print(json.dumps(failures))
