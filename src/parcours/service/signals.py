"""What people do with messages, and what channels say of them later: kept at once, told to the next tick.

A signal waits in the catalogue as a control. With it goes what follows from it: who unsubscribes takes back consent to
the channel, and to an address that bounced or complained nothing is sent any more (journeys.md, section 19).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.clock import MINUTE
from parcours.core.facts import INSTANT, DefinitionChange
from parcours.core.schema import Kind
from parcours.flow.journeys.pressure.consent import CONSENT
from parcours.service.reporting.sql import text

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: What people do with what was sent to them, or what channels say of it later.
SIGNALS = (
    "opened", "clicked", "delivered", "bounced", "complained", "unsubscribed", "mirrored", "failed", "sent", "replied",
)  # fmt: skip
#: Kinds of controls.
SIGNAL, SUPPRESSION = "signal", "suppression"
#: Mail programs fetch the picture of a message several times: within so long it is opened once.
OPENED_ONCE = MINUTE
#: Why an address gets nothing any more after a signal.
_REASONS = {"bounced": "hard_bounce", "complained": "complaint"}
_FOUND = ("key", "channel", "profile", "address")
_NO: dict[Kind, object] = {Kind.BOOLEAN: False, Kind.STRING: "no", Kind.INTEGER: 0, Kind.DECIMAL: 0.0}


@dataclass(frozen=True, slots=True)
class Told:
    """One signal: ``key`` of the delivery, ``link`` that was followed, ``at`` in microseconds."""

    key: str
    signal: str
    link: str | None
    at: int

    @property
    def control(self) -> DefinitionChange:
        """What the next tick is told."""
        return DefinitionChange(SIGNAL, "", 1, self.signal, {"key": self.key, "link": self.link, "time": self.at})


def keep(parts: Parts, told: Sequence[Told]) -> None:
    """Have the next tick be told of these and do what follows from them; durable when it returns. From any thread.

    Raises:
        WorkspaceError: they could not be written; nothing is told.
    """
    if not told:
        return
    _take_back_consent(parts, [each.key for each in told if each.signal == "unsubscribed"])
    controls = [each.control for each in told]
    controls += _suppressions(parts, {each.key: _REASONS[each.signal] for each in told if each.signal in _REASONS})
    parts.catalogue.add_controls(controls, at=parts.clock.now())
    parts.noticed()


def suppression(address: str, reason: str) -> DefinitionChange:
    """Have nothing sent to an address any more."""
    body = {"addresses": [address], "domains": [], "reason": reason}
    return DefinitionChange(SUPPRESSION, "", 1, "add", body)


def deliveries_of(parts: Parts, keys: Iterable[str]) -> pl.DataFrame:
    """The deliveries that the log knows among these keys: ``key``, ``channel``, ``profile`` (id), ``address``."""
    found = []
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 5_000):
        listed = ", ".join(map(text, unique[start : start + 5_000]))
        found.append(
            parts.log.query(
                "SELECT d.key, d.channel, p._profile_id AS profile, o.answer ->> '$.to' AS address "
                "FROM facts.deliveries d LEFT JOIN facts.profiles p USING (_profile) LEFT JOIN outcomes o USING (key) "
                f"WHERE d.key IN ({listed})"
            )
        )
    return pl.concat(found) if found else pl.DataFrame(schema=dict.fromkeys(_FOUND, pl.String))


def _suppressions(parts: Parts, reasons: dict[str, str]) -> Iterator[DefinitionChange]:
    for key, channel, _, address in deliveries_of(parts, reasons).iter_rows():
        if channel == "email" and address:
            yield suppression(address, reasons[key])


def _take_back_consent(parts: Parts, keys: Sequence[str]) -> None:
    """People say no to the channels of these deliveries: the attribute ``consent_<channel>`` (section 19)."""
    if not keys:
        return
    with parts.moving:  # files of the inbox do not go away meanwhile
        schema = parts.schema
    for (channel,), rows in deliveries_of(parts, keys).drop_nulls("profile").group_by("channel", maintain_order=True):
        name = f"{CONSENT}_{channel}"
        kind = schema.attributes[name].kind if name in schema.attributes else Kind.BOOLEAN
        if kind not in _NO:
            continue  # it holds no answer at all
        ids = rows["profile"].unique(maintain_order=True)
        changes: dict[str, Any] = {"_profile_id": ids, "_time": pl.repeat(None, len(ids), dtype=INSTANT, eager=True)}
        changes["_set"] = pl.Series([[name]], dtype=pl.List(pl.String)).new_from_index(0, len(ids))
        changes[name] = pl.Series([_NO[kind]]).new_from_index(0, len(ids))
        parts.inbox.put_profiles(pl.DataFrame(changes))


class Recorder:
    """Keeps the signals of many requests in as few writes as their number demands; a repeated open only once.

    Used from one event loop.

    Args:
        write: makes signals durable; called in a thread, one call at a time.
    """

    def __init__(self, write: Callable[[Sequence[Told]], None]) -> None:
        self._write = write
        self._waiting: list[tuple[Told, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._opened: dict[str, int] = {}

    async def record(self, told: Told) -> None:
        """Returns when the signal is durable.

        Raises:
            WorkspaceError: it could not be written.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((told, written))
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            fresh, opened = self._fresh([told for told, _ in batch])
            problem: Exception | None = None
            try:
                await asyncio.to_thread(self._write, fresh)
                self._opened = opened
            except Exception as error:
                problem = error
            for _, written in batch:
                if written.cancelled():
                    continue
                if problem is None:
                    written.set_result(None)
                else:
                    written.set_exception(problem)
        self._writing = None

    def _fresh(self, told: Iterable[Told]) -> tuple[list[Told], dict[str, int]]:
        """Without opens that repeat one; and when each delivery was opened, as far as it matters."""
        told = list(told)
        now = max(each.at for each in told)
        opened = {key: at for key, at in self._opened.items() if now - at < OPENED_ONCE}
        fresh = []
        for each in told:
            if each.signal == "opened":
                if each.at - opened.get(each.key, each.at - OPENED_ONCE) < OPENED_ONCE:
                    continue
                opened[each.key] = each.at
            fresh.append(each)
        return fresh, opened
