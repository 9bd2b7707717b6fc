"""PostHog's capture API: events with properties, some of whose names mean more than what happened.

All ids of PostHog are in one name space. ``$identify``, ``$set``, ``$create_alias`` and ``$merge_dangerously`` speak of
people, ``$groupidentify`` of a group and of nobody; ``$pageview`` and ``$screen`` are pages and screens; every other
event is one. Properties ``$set``, ``$set_once`` and ``$unset`` of an event speak of the person beside it.

``target`` is what stood beside the body: when it was sent, and after a blank the name of the client library.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from parcours.flow.ingest.calls import NOTHING, Call, Record, Unread
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
    says_nothing,
    skew,
    unreadable,
)

_NULL = msgspec.Raw(b"null")
#: Properties that say who, not what; ``token`` is the key.
_APART = ("token", "distinct_id", "$set", "$set_once", "$unset", "$anon_distinct_id", "$group_set", "alias")
#: Clients whose alias is the id that stays, as in Mixpanel; in all others it is ``distinct_id`` that stays.
_ALIAS_STAYS = ("posthog-python", "web")


class _Event(msgspec.Struct, gc=False):
    event: Name = None
    distinct_id: Name = None
    other_distinct_id: Name = msgspec.field(default=None, name="$distinct_id")
    uuid: Name = None
    timestamp: Moment = None
    sent_at: Moment = None
    offset: int | float | None = None
    properties: msgspec.Raw = _NULL
    set: msgspec.Raw = msgspec.field(default=_NULL, name="$set")
    set_once: msgspec.Raw = msgspec.field(default=_NULL, name="$set_once")


class _Properties(msgspec.Struct, gc=False):
    """What is read of the properties; the others are passed on unread."""

    token: msgspec.Raw = _NULL
    distinct_id: Name = None
    anonymous: Name = msgspec.field(default=None, name="$anon_distinct_id")
    device: Name = msgspec.field(default=None, name="$device_id")
    identified: msgspec.Raw = msgspec.field(default=_NULL, name="$is_identified")
    alias: Name = None
    library: Name = msgspec.field(default=None, name="$lib")
    insert_id: Name = msgspec.field(default=None, name="$insert_id")
    set: msgspec.Raw = msgspec.field(default=_NULL, name="$set")
    set_once: msgspec.Raw = msgspec.field(default=_NULL, name="$set_once")
    unset: msgspec.Raw = msgspec.field(default=_NULL, name="$unset")
    group_key: Name = msgspec.field(default=None, name="$group_key")
    group_set: msgspec.Raw = msgspec.field(default=_NULL, name="$group_set")
    screen: Name = msgspec.field(default=None, name="$screen_name")
    title: Name = None


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    sent_at: Moment = None
    historical_migration: bool | None = False


_event = msgspec.json.Decoder(_Event).decode
_properties = msgspec.json.Decoder(_Properties).decode
_batch = msgspec.json.Decoder(_Batch).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_names = msgspec.json.Decoder(list[str]).decode
_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """The calls in a request: one event, a list of them, or a batch."""
    try:
        items, sent, history = _items(record)
    except UNREADABLE as problem:
        return [], [unreadable(1, problem, record.body)]
    behind, library = 0 if history else skew(sent, record.received), record.target.partition(" ")[2]
    reader = _Reader(record.received, behind, library, corrects=not history)
    return each_for_itself(items, reader.calls)


def _items(record: Record) -> tuple[list[msgspec.Raw], Moment, bool]:
    """The events of a request, when it was sent, and whether it tells of history."""
    body, beside = record.body.lstrip(), record.target.partition(" ")[0]
    if body.startswith(b"["):
        return _list(body), beside, False
    try:
        found = _batch(body)
    except msgspec.ValidationError:
        if b'"batch"' in body and b'"event"' not in body:
            raise
        return [msgspec.Raw(body)], beside, False
    return found.batch, found.sent_at or beside, bool(found.historical_migration)


class _Reader:
    """Reads the events of one request."""

    def __init__(self, received: int, behind: int, library: str, *, corrects: bool) -> None:
        self._received, self._behind, self._corrects = received, behind, corrects
        self._library = library

    def calls(self, item: msgspec.Raw) -> Iterator[Call]:
        """An event as calls.

        Raises:
            InputError: it is none.
        """
        event = _event(item)
        raw = mapping(event.properties, "properties")
        about = _properties(raw)
        who = name(event.distinct_id) or name(event.other_distinct_id) or name(about.distinct_id)
        if not who:
            raise missing("distinct_id", 'send the id of the person as "distinct_id"')
        call = self._call(event, about, raw, who)
        yield call
        if call.kind != "identify" and (person := _person(event, about, call)) is not None:
            yield person

    def _call(self, event: _Event, about: _Properties, raw: msgspec.Raw, who: str) -> Call:
        time, id = self._time(event), name(event.uuid) or name(about.insert_id)
        kind = name(event.event)
        if kind in ("$identify", "$set", "$set_once", "") and _says_something(event, about, kind):
            anonymous = name(about.anonymous) if name(about.anonymous) != who else ""
            traits, once = _attributes(event, about)
            return Call("identify", time, who, anonymous, id=id, traits=traits, once=once)
        if kind == "$create_alias":
            return self._alias(about, time, who, id)
        if kind == "$merge_dangerously":
            return Call("merge", time, who, previous=_other(about), id=id)
        if kind == "$groupidentify":
            properties = _without(raw, "$group_key", "$group_set", *_APART)
            traits = mapping(about.group_set, "$group_set")
            return Call("group", time, id=id, event=name(about.group_key), properties=properties, traits=traits)
        return _happened(kind, about, raw, time, who, id)

    def _alias(self, about: _Properties, time: int, who: str, id: str) -> Call:
        other = _other(about)
        if (name(about.library) or self._library) in _ALIAS_STAYS:
            who, other = other, who
        return Call("alias", time, who, previous=other, id=id)

    def _time(self, event: _Event) -> int:
        if event.timestamp in (None, "") and event.offset is not None:
            return self._received - round(event.offset * 1_000)
        behind = self._behind
        if event.sent_at is not None and self._corrects:
            behind = skew(event.sent_at, self._received)
        return happened(moment(event.timestamp), behind, self._received)


def _says_something(event: _Event, about: _Properties, kind: str) -> bool:
    """Whether an event without a name says something of the person; those named so always do."""
    parts = (event.set, event.set_once, about.set, about.set_once)
    return bool(kind) or not all(says_nothing(part) for part in parts)


def _other(about: _Properties) -> str:
    if not (other := name(about.alias)):
        raise missing("alias", 'send the other id as "alias" in the properties')
    return other


def _happened(kind: str, about: _Properties, raw: msgspec.Raw, time: int, who: str, id: str) -> Call:
    if not kind:
        raise missing("event", 'send what happened as "event"')
    visitor = who == name(about.device) or bytes(about.identified) == b"false"
    user, anonymous = ("", who) if visitor else (who, "")
    properties = _without(raw, *_APART[:5]) if _has_apart(about) else raw
    if kind == "$pageview":
        return Call("page", time, user, anonymous, id=id, event=name(about.title), properties=properties)
    if kind == "$screen":
        return Call("screen", time, user, anonymous, id=id, event=name(about.screen), properties=properties)
    return Call("track", time, user, anonymous, id=id, event=kind, properties=properties)


def _has_apart(about: _Properties) -> bool:
    parts = (about.token, about.set, about.set_once, about.unset)
    return about.distinct_id is not None or not all(says_nothing(part) for part in parts)


def _without(raw: msgspec.Raw, *names: str) -> msgspec.Raw:
    found = {key: value for key, value in _object(raw).items() if key not in names}
    return msgspec.Raw(_encode(found)) if found else NOTHING


def _person(event: _Event, about: _Properties, call: Call) -> Call | None:
    """What an event says of the person beside what happened."""
    traits, once = _attributes(event, about)
    if call.kind == "group" or (traits is NOTHING and once is NOTHING):
        return None
    id = call.id and f"{call.id}#set"
    return Call("identify", call.time, call.user, call.anonymous, id=id, traits=traits, once=once)


def _attributes(event: _Event, about: _Properties) -> tuple[msgspec.Raw, msgspec.Raw]:
    """Attributes to set, and those to set once; what stands in the properties wins."""
    traits = _merged(_part(event.set, "$set"), _part(about.set, "$set"))
    if not says_nothing(about.unset):
        traits = _merged(traits, msgspec.Raw(_encode(dict.fromkeys(_names(about.unset)))))
    once = _merged(_part(event.set_once, "$set_once"), _part(about.set_once, "$set_once"))
    return traits, once


def _part(raw: msgspec.Raw, what: str) -> msgspec.Raw:
    found = mapping(raw, what)
    return NOTHING if len(memoryview(found)) == 2 else found


def _merged(one: msgspec.Raw, other: msgspec.Raw) -> msgspec.Raw:
    if one is NOTHING or other is NOTHING:
        return other if one is NOTHING else one
    return msgspec.Raw(_encode({**_object(one), **_object(other)}))
