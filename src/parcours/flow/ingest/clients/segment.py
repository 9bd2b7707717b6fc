"""Segment's tracking API, which RudderStack's clients speak as well.

``target`` is the kind of a single call (``identify``, …), ``batch``, or ``import`` (history: no clock is corrected).
RudderStack sends the traits of ``identify`` inside ``context``, and ``originalTimestamp`` where Segment has
``timestamp``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast, get_args

import msgspec

from parcours.core.errors import InputError
from parcours.flow.ingest.calls import NOTHING, Call, CallKind, Record, Unread
from parcours.flow.ingest.clients.reading import (
    UNREADABLE,
    Moment,
    Name,
    each_for_itself,
    happened,
    mapping,
    missing,
    moment,
    name,
    skew,
    unreadable,
)

#: The kinds of calls that this format has.
KINDS = tuple(kind for kind in get_args(CallKind) if kind not in ("merge", "delete"))
_NULL = msgspec.Raw(b"null")


class _Message(msgspec.Struct, rename="camel", gc=False):
    type: str = ""
    user_id: Name = None
    anonymous_id: Name = None
    previous_id: Name = None
    group_id: Name = None
    message_id: Name = None
    event: Name = None
    name: Name = None
    category: Name = None
    timestamp: Moment = None
    original_timestamp: Moment = None
    sent_at: Moment = None
    properties: msgspec.Raw = _NULL
    traits: msgspec.Raw = _NULL
    context: msgspec.Raw = _NULL


class _Batch(msgspec.Struct, rename="camel", gc=False):
    batch: list[_Message]
    sent_at: Moment = None
    context: msgspec.Raw = _NULL


class _Items(msgspec.Struct, rename="camel", gc=False):
    batch: list[msgspec.Raw]
    sent_at: Moment = None
    context: msgspec.Raw = _NULL


class _Context(msgspec.Struct, gc=False):
    traits: msgspec.Raw = _NULL


_message = msgspec.json.Decoder(_Message).decode
_batch = msgspec.json.Decoder(_Batch).decode
_items = msgspec.json.Decoder(_Items).decode
_context = msgspec.json.Decoder(_Context).decode
_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """The calls in a request; what is none of a batch does not keep the others from being read."""
    try:
        if record.target not in ("batch", "import"):
            return _Reader(record).calls([_message(record.body)]), []
        found = _batch(record.body)
        return _Reader(record, found.sent_at, found.context).calls(found.batch), []
    except UNREADABLE as problem:
        return _one_by_one(record, problem)


def _one_by_one(record: Record, problem: Exception) -> tuple[list[Call], list[Unread]]:
    if record.target not in ("batch", "import"):
        return [], [unreadable(1, problem, record.body)]
    try:
        found = _items(record.body)
    except UNREADABLE as broken:
        return [], [unreadable(1, broken, record.body)]
    reader = _Reader(record, found.sent_at, found.context)
    return each_for_itself(found.batch, lambda item: reader.calls([_message(item)]))


class _Reader:
    """Reads the messages of one request."""

    def __init__(self, record: Record, sent: Moment = None, context: msgspec.Raw = _NULL) -> None:
        self._received, self._anonymous, self._context = record.received, record.anonymous, context
        self._corrects = record.target != "import"
        self._behind = skew(sent, record.received) if self._corrects else 0
        self._kind = record.target if record.target in KINDS else ""

    def calls(self, messages: Sequence[_Message] | Iterable[_Message]) -> list[Call]:
        """Each message as a call.

        Raises:
            InputError: one of them is none.
        """
        return [self._call(message) for message in messages]

    def _call(self, message: _Message) -> Call:
        kind = self._kind or message.type
        if kind == "track":
            return self._track(message)
        if kind not in KINDS:
            raise InputError(
                f"{kind!r} is no type of call" if kind else "there is no type of call",
                code="unknown-type",
                hint=f"types are: {', '.join(KINDS)}",
            )
        return self._other(kind, message)

    def _track(self, message: _Message) -> Call:
        if not (event := name(message.event)):
            raise missing("event", 'send what happened as "event"')
        user, anonymous = self._who(message)
        return Call(
            "track",
            self._time(message),
            user,
            anonymous,
            id=name(message.message_id),
            event=event,
            properties=mapping(message.properties, "properties"),
            context=self._context_of(message),
        )

    def _other(self, kind: str, message: _Message) -> Call:
        user, anonymous = self._who(message)
        return Call(
            cast(CallKind, kind),
            self._time(message),
            user,
            anonymous,
            previous=_previous(message) if kind == "alias" else "",
            id=name(message.message_id),
            event=name(message.group_id if kind == "group" else message.name),
            properties=_described(message) if kind in ("page", "screen") else NOTHING,
            traits=_traits(kind, message) if kind in ("identify", "group") else NOTHING,
            context=self._context_of(message),
        )

    def _who(self, message: _Message) -> tuple[str, str]:
        user, anonymous = name(message.user_id), name(message.anonymous_id) or self._anonymous
        if not (user or anonymous):
            raise missing("userId", 'send "userId", or "anonymousId" of a visitor who is not known')
        return user, anonymous

    def _time(self, message: _Message) -> int:
        said = moment(message.timestamp if message.timestamp else message.original_timestamp)
        behind = self._behind
        if message.sent_at is not None and self._corrects:
            behind = skew(message.sent_at, self._received)
        return happened(said, behind, self._received)

    def _context_of(self, message: _Message) -> msgspec.Raw:
        return mapping(self._context if message.context is _NULL else message.context, "context")


def _previous(message: _Message) -> str:
    if not (previous := name(message.previous_id)):
        raise missing("previousId", 'send the id that is to be joined as "previousId"')
    return previous


def _traits(kind: str, message: _Message) -> msgspec.Raw:
    traits = mapping(message.traits, "traits")
    if kind == "identify" and len(memoryview(traits)) <= 2 and message.context is not _NULL:
        traits = mapping(_context(mapping(message.context, "context")).traits, "context.traits")
    return traits


def _described(message: _Message) -> msgspec.Raw:
    """The properties of a page, with its category where that stands beside them."""
    properties = mapping(message.properties, "properties")
    if not (category := name(message.category)):
        return properties
    found = _object(properties)
    if "category" in found:
        return properties
    return msgspec.Raw(_encode({**found, "category": category}))
