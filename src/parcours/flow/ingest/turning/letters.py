"""Calls that are not taken in, and values that are set aside: dead letters that can be mended and sent again.

The payload of a letter is JSON that holds everything needed to take it in another time: ``{"call": {…}}``, a call in
the words of :class:`~parcours.flow.ingest.calls.Call` with the time in ISO 8601, or ``{"request": {…}}``, a part of a
request that no reader understood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import polars as pl

from parcours.core.clock import iso
from parcours.core.errors import InputError
from parcours.core.facts import DEAD_LETTER_COLUMNS, INSTANT
from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.times import EARLIEST, LATEST, instants
from parcours.flow.ingest.turning.names import event_name
from parcours.flow.ingest.turning.shapes import any_json

#: Code of letters whose event was taken in, but for one value.
PUT_ASIDE = "value-put-aside"
#: The columns of letters here: those of all dead letters, and the event type.
LETTER_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {**DEAD_LETTER_COLUMNS, "event": pl.String}
_PLAIN = ("user", "anonymous", "previous", "id", "event")
_OBJECTS = ("properties", "traits", "once", "context")


@dataclass(slots=True)
class Letters:
    """Collects dead letters; ``rows`` are tuples in the order of :data:`LETTER_COLUMNS`."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        record: Record,
        row: int,
        column: str | None,
        code: str,
        reason: str,
        hint: str,
        payload: str,
        event: str | None = None,
    ) -> None:
        """One letter about ``row`` (from 1) of a record."""
        self.rows.append((record.source, row, column, code, reason, hint, payload, record.received, event))

    def add_unread(self, record: Record, unread: Unread) -> None:
        """A part of a request that is no call."""
        request = {"format": record.format, "target": record.target, "body": _text(unread.payload)}
        payload = _encoded({"request": request})
        self.add(record, unread.row, None, unread.code, unread.reason, unread.hint, payload)

    def frame(self) -> pl.DataFrame:
        """All of them, with :data:`LETTER_COLUMNS`."""
        schema = {**LETTER_COLUMNS, "received": pl.Int64}
        return pl.DataFrame(self.rows, schema=schema, orient="row").with_columns(pl.col("received").cast(INSTANT))


def event_of(call: Call) -> str | None:
    """The event type that a call is about."""
    if call.kind == "track":
        return event_name(call.event) if call.event.strip() else None
    return call.kind


def payload_of(call: Call) -> str:
    """What a letter about a call holds."""
    shape: dict[str, Any] = {
        "kind": call.kind,
        "time": iso(call.time) if EARLIEST <= call.time <= LATEST else call.time,
    }
    shape |= {name: value for name in _PLAIN if (value := getattr(call, name))}
    shape |= {name: value for name in _OBJECTS if len(value := getattr(call, name)) > 2}
    return _encoded({"call": shape})


def call_in(payload: str) -> Call:
    """The call in a letter.

    Raises:
        InputError: there is none, or not all of it is right.
    """
    try:
        shape = any_json(payload.encode("utf-8", "replace"))["call"]
        parts = {name: str(shape[name]) for name in _PLAIN if shape.get(name)}
        objects = {name: msgspec.Raw(msgspec.json.encode(dict(shape[name]))) for name in _OBJECTS if shape.get(name)}
        found = {"kind": shape["kind"], "time": _instant(shape["time"]), **parts}
        return msgspec.structs.replace(msgspec.convert(found, Call), **objects)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise InputError(f"the payload holds no call: {problem}", code="bad-payload") from None


def _instant(value: Any) -> int:
    if isinstance(value, int):
        return value
    found = instants(pl.Series([str(value)]))[0]
    if found is None:
        raise ValueError(f"{value!r} is not a time")
    return int(pl.Series([found]).dt.timestamp("us")[0])


def _text(content: bytes) -> Any:
    try:
        return any_json(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def _encoded(shape: Any) -> str:
    return msgspec.json.encode(shape).decode("utf-8", "replace")
