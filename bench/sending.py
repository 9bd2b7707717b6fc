"""Sends batches of events to a service as fast as it answers, or at a rate, and measures the answers.

A process of its own: ``python -m bench.sending ADDRESS --batch 500 --seconds 10``. Requests are made beforehand; what
is left to do is to write and read sockets, so that the cores are the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import numpy as np
import uvloop

from bench.data import CATEGORIES, SEED, SHARES

KEY = "bench-write-key"
#: Different bodies; each is sent again and again, every time with new message ids.
BODIES = 16
#: What ``climbing`` people come to, from 0 on.
LEVELS = 120
#: Stands in the message ids for the number of the request.
_NUMBER = "@@@@@@@@"
_KINDS = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Search Done")


def event(number: int) -> dict[str, object]:
    """One event as the Node client of Segment writes it."""
    person = number * 7919 % 100_000
    return {
        "timestamp": f"2026-11-22T10:{number % 60:02d}:{number % 59:02d}.{number % 1000:03d}Z",
        "integrations": {},
        "event": _KINDS[number % len(_KINDS)],
        "type": "track",
        "properties": {
            "order_id": f"o-{number}",
            "revenue": number % 500 + 0.5,
            "currency": "EUR",
            "category": f"category {number % 20}",
            "products": [{"product_id": f"p{number % 300}", "price": 10.25, "quantity": number % 4 + 1}],
        },
        "context": {"ip": "203.0.113.7", "library": {"name": "@segment/analytics-node", "version": "3.1.0"}},
        "userId": f"user-{person}",
        "messageId": f"node-next-{_NUMBER}-{number:06d}-4ea7b275",
        "_metadata": {"nodeVersion": "v20.20.2", "jsRuntime": "node"},
    }


def shopping(number: int, profiles: int) -> dict[str, object]:
    """One event of the ten types that the 500 segments of ``bench.rules`` ask about; now, by a known profile."""
    draw = np.random.default_rng([SEED, 6, number])
    return {
        "event": str(draw.choice(list(SHARES), p=list(SHARES.values()))),
        "type": "track",
        "properties": {
            "amount": int(draw.integers(100, 20_000)) / 100,
            "category": CATEGORIES[int(draw.random() ** 1.5 * len(CATEGORIES))],
        },
        "userId": f"p{int(draw.random() ** 2 * profiles) * 7_919 % profiles}",
        "messageId": f"node-next-{_NUMBER}-{number:06d}-4ea7b275",
    }


def climbing(number: int, profiles: int) -> dict[str, object]:
    """A known profile comes to another level of :data:`LEVELS` than the one where it was."""
    return {
        "type": "identify",
        "traits": {"level": (number % profiles + number // profiles * 7) % LEVELS},
        "userId": f"p{number % profiles}",
        "messageId": f"node-next-{_NUMBER}-{number:06d}-4ea7b275",
    }


def requests(host: str, batch: int, profiles: int = 0, kind: str = "shopping") -> Iterator[bytes]:
    """Whole requests, without end; each with ids of its own.

    With ``profiles``, by so many: events of the shop, or ``climbing``, after which everybody stands where nobody was
    the time before.
    """
    key = base64.b64encode(f"{KEY}:".encode()).decode()
    makers = {"shopping": shopping, "climbing": climbing}
    made = []
    for body in range(2 * profiles // batch if kind == "climbing" else BODIES):
        numbers = range(body * batch, (body + 1) * batch)
        events = [makers[kind](number, profiles) if profiles else event(number) for number in numbers]
        content = json.dumps({"batch": events, "writeKey": KEY}, separators=(",", ":")).encode()
        head = (
            f"POST /v1/batch HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        made.append(head.encode() + content)
    number = time.time_ns() // 1_000_000 % 10_000_000 * 10
    while True:
        for content in made:
            number += 1
            yield content.replace(_NUMBER.encode(), f"{number % 100_000_000:08d}".encode())


class Answers(asyncio.Protocol):
    """One connection: sends a request and waits for its answer."""

    def __init__(self) -> None:
        self._answered: asyncio.Future[int] | None = None
        self._read = b""
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's is one without saying so

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head) and self._answered is not None and not self._answered.done():
            self._read = b""
            self._answered.set_result(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error or ConnectionError("the server hung up"))

    async def ask(self, request: bytes) -> int:
        """Send a request; gives the status of the answer."""
        assert self.transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answered


def _number_of(request: bytes) -> str:
    start = request.index(b"node-next-") + len(b"node-next-")
    return request[start : start + len(_NUMBER)].decode()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0] or 0)


class Load:
    """Connections that share the requests; ``rate`` is in events a second, 0 for as fast as possible."""

    def __init__(
        self,
        address: str,
        batch: int,
        seconds: float,
        connections: int,
        rate: float,
        profiles: int = 0,
        until_refused: bool = False,
        kind: str = "shopping",
    ) -> None:
        where = urlsplit(address)
        self._host, self._port = where.hostname or "", where.port or 80
        self._requests = requests(where.netloc, batch, profiles, kind)
        self._batch, self._seconds, self._connections = batch, seconds, connections
        self._pause = batch / rate if rate else 0.0
        self._until_refused, self._refused = until_refused, False
        self._due = 0.0
        self.took: list[float] = []
        #: Number of each request that was taken in, as it stands in its message ids, and when it was due (s).
        self.sent: list[tuple[str, float]] = []
        self.statuses: dict[int, int] = {}

    async def run(self) -> dict[str, object]:
        """Send; gives what was measured."""
        began = time.perf_counter()
        self._due = began
        await asyncio.gather(*(self._connection(began + self._seconds) for _ in range(self._connections)))
        seconds = time.perf_counter() - began
        taken = self.statuses.get(200, 0)
        spread = np.percentile(self.took, [50, 95, 99, 100]) * 1e3 if self.took else np.zeros(4)
        return {
            "seconds": seconds,
            "requests": taken,
            "events": taken * self._batch,
            "events_per_second": taken * self._batch / seconds,
            **dict(zip(("p50_ms", "p95_ms", "p99_ms", "max_ms"), spread.tolist(), strict=True)),
            "statuses": {str(status): count for status, count in self.statuses.items()},
        }

    async def _connection(self, end: float) -> None:
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_connection(Answers, self._host, self._port)
        while (now := time.perf_counter()) < end and not (self._refused and self._until_refused):
            due = now
            if self._pause:  # latency counts from when it should have been sent
                due, self._due = self._due, self._due + self._pause
                if due >= end:
                    break
                await asyncio.sleep(max(0.0, due - now))
            request = next(self._requests)
            status = await protocol.ask(request)
            self.took.append(time.perf_counter() - due)
            self._refused = self._refused or status == 429
            if status == 200:
                self.sent.append((_number_of(request), time.time() - self.took[-1]))
            self.statuses[status] = self.statuses.get(status, 0) + 1
        if protocol.transport is not None:
            protocol.transport.close()


def main() -> None:
    """Send, and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--profiles", type=int, default=0, help="send events of the shop, by so many people")
    parser.add_argument("--kind", choices=["shopping", "climbing"], default="shopping", help="what these people do")
    parser.add_argument("--sent", type=Path, help="write number and time of every request to this file")
    parser.add_argument("--until-refused", action="store_true", help="end when the first request is answered 429")
    asked = parser.parse_args()
    limits = asked.seconds, asked.connections, asked.rate
    load = Load(asked.address, asked.batch, *limits, asked.profiles, asked.until_refused, asked.kind)
    print(json.dumps(uvloop.run(load.run())))
    if asked.sent is not None:
        asked.sent.write_text("".join(f"{number} {moment}\n" for number, moment in load.sent))


if __name__ == "__main__":
    main()
