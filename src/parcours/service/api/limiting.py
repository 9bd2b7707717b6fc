"""How often somebody may ask: so many requests in a time, counted in this process."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: may ask or not; so many requests in a window, so many left, seconds until the next."""

    allowed: bool
    limit: int
    left: int
    seconds: int

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """As headers of an answer (draft-ietf-httpapi-ratelimit-headers, the form with three fields)."""
        named = (
            (b"ratelimit-limit", self.limit),
            (b"ratelimit-remaining", self.left),
            (b"ratelimit-reset", self.seconds),
        )
        return [(name, b"%d" % value) for name, value in named]


class Limiter:
    """Counts requests by who asks.

    Args:
        requests: how often an account or key may ask, as ``12000/minute``.
        strangers: how often an address may whom nobody knows.
    """

    def __init__(self, requests: str, strangers: str) -> None:
        self._requests, self._strangers = parse(requests), parse(strangers)
        self._counts = FixedWindowRateLimiter(MemoryStorage())

    def known(self, caller: str) -> Standing:
        """Count a request of an account or key, by its id."""
        return self._hit(self._requests, f"caller:{caller}")

    def stranger(self, address: str) -> Standing:
        """Count a request of somebody unknown."""
        return self._hit(self._strangers, f"address:{address}")

    def _hit(self, rate: RateLimitItem, who: str) -> Standing:
        allowed = self._counts.hit(rate, who)
        stats = self._counts.get_window_stats(rate, who)
        return Standing(allowed, rate.amount, stats.remaining, max(1, math.ceil(stats.reset_time - time.time())))
