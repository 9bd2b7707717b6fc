"""The body of a record that a connector made: a portion of messages, or rows of a table.

The mapping stands in the portion, so what was kept means the same after the settings of its source have changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from parcours.flow.ingest.calls import Record, Unread

#: Name of the format of records whose body is a portion.
FORMAT = "portion"
#: How messages are written: each a call of the Segment specification, or a flat row that a mapping explains.
Written: TypeAlias = Literal["segment", "rows"]
#: Bytes of messages in one record at most (a longer message has a record of its own).
MOST_BYTES = 4_000_000


class RowMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which field of a row is what. ``a.b`` names a field inside another.

    Attributes:
        of: what rows are: ``events``, or ``profiles`` (changes of attributes).
        profile: field with the id of the profile.
        anonymous: field with the id of a visitor who may not be known yet.
        event: type of all events, or of those whose row does not say.
        event_column: field with the type of the event.
        time: field with the time; without it the time that the broker or the query gives.
        time_format: as in column mappings: a strptime pattern, ``unix``, ``unix-ms`` or ``unix-us``; without: ISO 8601.
        zone: zone of times that name none.
        id: field with an id that stays the same when the row comes again; without it the place of the message.
        properties: field with the object that holds the properties; without it all other fields are properties.
        skip: fields that are not wanted.
        rename: field -> name of the property.
        clear_empty: profiles: an empty field clears the attribute (else it says nothing).
    """

    of: Literal["events", "profiles"] = "events"
    profile: str = "profile_id"
    anonymous: str = ""
    event: str = ""
    event_column: str = ""
    time: str = ""
    time_format: str = ""
    zone: str = "UTC"
    id: str = ""
    properties: str = ""
    skip: tuple[str, ...] = ()
    rename: dict[str, str] = {}
    clear_empty: bool = False


class Message(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One message: where it stood, an id that is the same when it comes again, its time (µs), and its JSON object."""

    place: str
    id: str
    time: int
    value: msgspec.Raw


class Portion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a connector read at once: messages that are JSON objects, and those that are not."""

    written: Written
    messages: list[Message] = []
    bad: list[Unread] = []
    mapping: RowMapping | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Portion)


def portion_of(body: bytes) -> Portion:
    """The portion in the body of a record."""
    return _decoder.decode(body)


class Sorter:
    """Makes records of messages as they come.

    Args:
        source: id of the source.
        written: how messages are written.
        mapping: of rows.
        received: when they came.
    """

    def __init__(self, source: str, written: Written, mapping: RowMapping | None, received: int) -> None:
        self._source, self._received = source, received
        self._written: Written = written
        self._mapping = mapping if written == "rows" else None
        self._messages: list[Message] = []
        self._bad: list[Unread] = []
        self._bytes = 0
        self._full: list[Record] = []
        self.count = 0

    def add(self, place: str, id: str, time: int, value: bytes | None) -> None:
        """One message. One that is no JSON object is set aside with its place; nothing (a tombstone) is left out."""
        self.count += 1
        if value is None:
            return
        if self._messages and self._bytes + len(value) > MOST_BYTES:
            self._close()
        self._bytes += len(value)
        problem = _problem(value)
        if problem is None:
            self._messages.append(Message(place, id, time, msgspec.Raw(value)))
        else:
            reason = f"{place}: {problem}"
            self._bad.append(Unread(len(self._bad) + 1, "bad-message", reason, _HINT, _text(value)))

    def add_all(self, messages: Iterable[tuple[str, str, int, bytes | None]]) -> Sorter:
        """Several."""
        for message in messages:
            self.add(*message)
        return self

    def records(self) -> list[Record]:
        """The records of all messages so far, in their order."""
        self._close()
        return self._full

    def _close(self) -> None:
        if self._messages or self._bad:
            body = _encoder.encode(Portion(self._written, self._messages, self._bad, self._mapping))
            self._full.append(Record(FORMAT, self._source, self._received, body))
        self._messages, self._bad, self._bytes = [], [], 0


_HINT = "send JSON objects, one a message"


def _problem(value: bytes) -> str | None:
    """Why a message is no JSON object."""
    try:
        found = msgspec.json.decode(value)
    except msgspec.DecodeError as problem:
        return f"the message is not JSON: {problem}"
    except (UnicodeDecodeError, RecursionError):
        return "the message is not JSON"
    return None if isinstance(found, dict) else "the message is not a JSON object"


def _text(value: bytes) -> bytes:
    """The message as it may stand in a table: text, shortened, without characters that text cannot have."""
    return value[:65_536].decode("utf-8", "replace").replace("\x00", "\ufffd").encode()
