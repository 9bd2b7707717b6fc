"""Portions of connectors: rows that a mapping explains, or calls of the Segment specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from parcours.core.errors import InputError
from parcours.flow.ingest.calls import NOTHING, Call, Record, Unread
from parcours.flow.ingest.clients import segment
from parcours.flow.ingest.clients.portion import Message, Portion, RowMapping, portion_of
from parcours.flow.ingest.times import instants

Row = dict[str, Any]
_encode = msgspec.json.Encoder().encode


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """The calls in a portion; what is none comes with the place of its message."""
    portion = portion_of(record.body)
    calls, unread = _calls(record, portion) if portion.written == "segment" else _rows(portion)
    return calls, [*portion.bad, *unread]


# --- calls -----------------------------------------------------------------------------------------------


def _calls(record: Record, portion: Portion) -> tuple[list[Call], list[Unread]]:
    """Messages that are calls, or batches of calls, read as one request."""
    found: list[Row] = []
    places: list[str] = []
    for message in portion.messages:
        for call in _with_ids(message):
            found.append(call)
            places.append(message.place)
    if not found:
        return [], []
    body = _encode({"batch": found})
    calls, unread = segment.read(msgspec.structs.replace(record, format="segment", target="batch", body=body))
    return calls, [_placed(each, places) for each in unread]


def _with_ids(message: Message) -> list[Row]:
    """The calls of a message, each with a message id and a time."""
    value: Row = msgspec.json.decode(message.value)
    batch = value.get("batch")
    calls = batch if isinstance(batch, list) and "type" not in value else [value]
    several = len(calls) > 1
    found = []
    for number, call in enumerate(calls):
        if isinstance(call, dict):
            id = f"{message.id}-{number}" if several else message.id
            call = {**call, "messageId": call.get("messageId") or id}
            if not (call.get("timestamp") or call.get("originalTimestamp")):
                call["timestamp"] = _iso(message.time)
        found.append(call)
    return found


def _placed(unread: Unread, places: Sequence[str]) -> Unread:
    """The same with the place of its message."""
    if not 1 <= unread.row <= len(places):
        return unread
    return msgspec.structs.replace(unread, reason=f"{places[unread.row - 1]}: {unread.reason}")


def _iso(time: int) -> str:
    return str(pl.Series([time]).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")[0])


# --- rows ------------------------------------------------------------------------------------------------


def _rows(portion: Portion) -> tuple[list[Call], list[Unread]]:
    mapping = portion.mapping or RowMapping()
    rows: list[Row] = [msgspec.json.decode(message.value) for message in portion.messages]
    times = _times(portion.messages, rows, mapping)
    calls: list[Call] = []
    unread: list[Unread] = []
    for number, (message, row, time) in enumerate(zip(portion.messages, rows, times, strict=True), 1):
        try:
            calls.append(_call(message, row, time, mapping))
        except InputError as error:
            payload = bytes(message.value)
            unread.append(Unread(number, error.code, f"{message.place}: {error.message}", error.hint or "", payload))
    return calls, unread


def _times(messages: Sequence[Message], rows: Sequence[Row], mapping: RowMapping) -> Sequence[int | None]:
    """The time of each row; that of its message where the mapping names no field."""
    if not mapping.time or not rows:
        return [message.time for message in messages]
    values = [field(row, mapping.time) for row in rows]
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    column = pl.Series(values, strict=False) if numbers else pl.Series([plain_text(v) for v in values], dtype=pl.String)
    found = instants(column, pattern=mapping.time_format or None, zone=mapping.zone)
    return found.cast(pl.Int64).to_list()


def _call(message: Message, row: Row, time: int | None, mapping: RowMapping) -> Call:
    user, anonymous = _text(row, mapping.profile), _text(row, mapping.anonymous)
    if not (user or anonymous):
        raise InputError(
            f"field {mapping.profile!r} names no profile", code="no-profile", hint="fill the field, or name another one"
        )
    if time is None:
        raise InputError(
            f"{field(row, mapping.time)!r} is not a time between 1900 and 2200",
            code="bad-time",
            hint="write it as 2026-03-14T10:30:00Z, or name the format (time_format)",
        )
    id = _text(row, mapping.id) or message.id
    values = _values(row, mapping)
    if mapping.of == "profiles":
        kept = values if mapping.clear_empty else {name: part for name, part in values.items() if part is not None}
        return Call("identify", time, user=user, anonymous=anonymous, id=id, traits=_raw(kept))
    event = _text(row, mapping.event_column) or mapping.event
    if not event:
        raise InputError(
            f"field {mapping.event_column!r} names no type of event",
            code="bad-event-type",
            hint="fill the field, or name a type for such rows (event)",
        )
    return Call("track", time, user=user, anonymous=anonymous, id=id, event=event, properties=_raw(values))


def _values(row: Row, mapping: RowMapping) -> Row:
    """The properties or attributes of a row, under their names."""
    if mapping.properties:
        inside = field(row, mapping.properties)
        if not isinstance(inside, Mapping):
            raise InputError(
                f"field {mapping.properties!r} is no object", code="bad-properties", hint="send {…}, or leave it out"
            )
        apart = {*mapping.skip}
        values: Mapping[str, Any] = inside
    else:
        own = (mapping.profile, mapping.anonymous, mapping.event_column, mapping.time, mapping.id)
        apart = {*mapping.skip, *own}
        values = row
    return {mapping.rename.get(name, name): value for name, value in values.items() if name not in apart}


def field(row: Row, path: str) -> Any:
    """The field of a row; ``a.b`` looks inside objects where no field has that name. ``None`` where there is none."""
    if not path:
        return None
    if path in row:
        return row[path]
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _text(row: Row, path: str) -> str:
    """An id or name as text; blank where there is none."""
    value = field(row, path) if path else None
    return "" if value is None else plain_text(value).strip()


def plain_text(value: Any) -> str:
    """A value as an id: texts as they are, whole numbers without a fraction, anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _encode(value).decode()


def _raw(values: Row) -> msgspec.Raw:
    return msgspec.Raw(_encode(values)) if values else NOTHING
