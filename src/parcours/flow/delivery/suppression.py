"""Which addresses nothing is sent to any more, from what became of earlier messages (journeys.md, section 19).

A hard bounce and a complaint suppress an address at once; soft bounces do when there were several of them, at least a
day apart, without a success between. Pure bookkeeping: signals in, changes of the suppression list out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from parcours.core.clock import DAY
from parcours.core.facts import INSTANT

#: For :meth:`Bounces.take`; ``signal`` is ``hard``, ``soft``, ``complained`` or ``delivered``; others say nothing.
SIGNAL_COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "address": pl.String,
    "signal": pl.String,
    "time": INSTANT,
}
#: What it gives: addresses to suppress from now on, and why: ``hard_bounce``, ``complaint`` or ``soft_bounces``.
CHANGE_COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "address": pl.String,
    "reason": pl.String,
    "time": INSTANT,
}
_AT_ONCE = {"hard": "hard_bounce", "complained": "complaint"}
#: SMTP says in ``5.1.x`` that an address does not exist; without such a code some replies mean it.
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"^refused: (5\d\d)\b")
_NO_SUCH_ADDRESS = {"550", "551", "553"}


@dataclass(slots=True)
class _Soft:
    count: int
    last: int


class Bounces:
    """Soft bounces that count, by address; all other signals need no memory.

    Args:
        most: soft bounces after which an address is suppressed (1 to 20).
        apart: time between two that count, microseconds.
    """

    def __init__(self, most: int = 5, apart: int = DAY) -> None:
        self._most = most
        self._apart = apart
        self._soft: dict[str, _Soft] = {}

    def take(self, signals: pl.DataFrame) -> pl.DataFrame:
        """What these signals, with :data:`SIGNAL_COLUMNS` in order of time, change: :data:`CHANGE_COLUMNS`.

        Addresses are compared without case. One that is suppressed starts from nothing when it is let in again.
        """
        folded = signals.with_columns(
            pl.col("address").str.strip_chars().str.to_lowercase(), pl.col("time").to_physical()
        )
        changes = [
            (address, reason, time)
            for address, signal, time in self._telling(folded).iter_rows()
            if (reason := self._reason(address, signal, time)) is not None
        ]
        frame = pl.DataFrame(changes, schema={**CHANGE_COLUMNS, "time": pl.Int64}, orient="row")
        return frame.unique("address", keep="first", maintain_order=True).cast({"time": INSTANT})

    def _telling(self, signals: pl.DataFrame) -> pl.DataFrame:
        """The few signals that may change something: successes only of addresses that had soft bounces."""
        soft = signals.filter(pl.col("signal") == "soft")["address"]
        counted = pl.Series([*self._soft], dtype=pl.String).append(soft)
        success = (pl.col("signal") == "delivered") & pl.col("address").is_in(counted.implode())
        return signals.filter(pl.col("signal").is_in(["hard", "soft", "complained"]) | success).select(*SIGNAL_COLUMNS)

    def _reason(self, address: str, signal: str, time: int) -> str | None:
        """Why the address is to be suppressed with this signal; ``None``: it is not."""
        if signal != "soft":
            self._soft.pop(address, None)
            return _AT_ONCE.get(signal)
        soft = self._soft.get(address)
        if soft is not None and time - soft.last < self._apart:
            return None
        count = 1 if soft is None else soft.count + 1
        if count < self._most:
            self._soft[address] = _Soft(count, time)
            return None
        self._soft.pop(address, None)
        return "soft_bounces"

    def dump(self) -> pl.DataFrame:
        """What is remembered: ``address``, ``count``, ``last`` (microseconds)."""
        rows = [(address, soft.count, soft.last) for address, soft in sorted(self._soft.items())]
        return pl.DataFrame(rows, schema={"address": pl.String, "count": pl.Int64, "last": pl.Int64}, orient="row")

    def load(self, rows: pl.DataFrame) -> None:
        """Make this what :meth:`dump` wrote."""
        self._soft = {address: _Soft(count, last) for address, count, last in rows.iter_rows()}


def bounce_of(result: str, detail: str) -> Literal["hard", "soft", "delivered"] | None:
    """What the outcome of an e-mail says about its address; ``None``: nothing."""
    if result == "sent":
        return "delivered"
    if result != "failed":
        return None
    if detail.startswith("given-up"):
        return "soft"
    reply = _REPLY.match(detail)
    if reply is None:
        return None
    enhanced = _ENHANCED.search(detail)
    if enhanced is not None:
        return "hard" if enhanced.group(1) == "1" else "soft"
    return "hard" if reply.group(1) in _NO_SUCH_ADDRESS else "soft"


class Suppressed:
    """Addresses and domains that get nothing, for the outbox: a last look before something is sent.

    Args:
        addresses, domains: with the reasons why; compared without case, domains exactly.
        channels: those that it is about.
    """

    def __init__(
        self,
        addresses: Mapping[str, str] | Iterable[str] = (),
        domains: Mapping[str, str] | Iterable[str] = (),
        channels: Iterable[str] = ("email",),
    ) -> None:
        self._addresses = _folded(addresses)
        self._domains = _folded(domains)
        self._channels = frozenset(channels)

    def __call__(self, channel: str, address: str) -> str | None:
        """Why this address gets nothing on this channel; ``None``: it may get something."""
        if channel not in self._channels:
            return None
        folded = address.strip().lower()
        if folded in self._addresses:
            return self._addresses[folded] or "suppressed"
        domain = folded.rpartition("@")[2]
        return None if domain not in self._domains else self._domains[domain] or "domain suppressed"


def _folded(entries: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    items = entries.items() if isinstance(entries, Mapping) else ((entry, "") for entry in entries)
    return {entry.strip().lower().removeprefix("@"): reason for entry, reason in items}
