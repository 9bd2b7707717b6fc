"""Customer.io's Track API, versions 1 and 2.

``target`` is the method and what the address says behind ``/api/v1/`` or ``/api/v2/``: ``PUT customers/5``,
``POST customers/5/events``, ``POST v2/batch``. Ids stand in it as they were sent, percent-encoded. A person may be
named by any id: ``id``, ``email`` and ``cio_id`` are one name space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import unquote

import msgspec

from parcours.core.errors import InputError
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
    unreadable,
)

_NULL = msgspec.Raw(b"null")
#: Fields of a person that say how to change it, not what it is.
_APART = ("_update", "_timestamp", "anonymous_id", "cio_relationships", "identifiers")
#: What is recorded of devices, in the names that Customer.io gives such events.
DEVICE_ADDED, DEVICE_DELETED = "Device Created or Updated", "Device Deleted"
_PAGES = ("page", "screen")


class _Happening(msgspec.Struct, gc=False):
    name: Name = None
    type: Name = None
    id: Name = None
    timestamp: Moment = None
    anonymous_id: Name = None
    data: msgspec.Raw = _NULL


class _Person(msgspec.Struct, gc=False):
    anonymous_id: Name = None
    timestamp: Moment = msgspec.field(default=None, name="_timestamp")


class _Device(msgspec.Struct, gc=False):
    id: Name = None
    platform: Name = None
    token: Name = None
    last_used: Moment = None
    attributes: msgspec.Raw = _NULL


class _WithDevice(msgspec.Struct, gc=False):
    device: _Device


class _Ids(msgspec.Struct, gc=False):
    id: Name = None
    email: Name = None
    cio_id: Name = None
    anonymous_id: Name = None
    object_type_id: Name = None
    object_id: Name = None


class _Merge(msgspec.Struct, gc=False):
    primary: _Ids
    secondary: _Ids


class _Entity(msgspec.Struct, gc=False):
    """An operation of version 2."""

    type: str = "person"
    action: str = ""
    identifiers: _Ids = msgspec.field(default_factory=_Ids)
    primary: _Ids | None = None
    secondary: _Ids | None = None
    device: _Device | None = None
    name: Name = None
    id: Name = None
    timestamp: Moment = None
    attributes: msgspec.Raw = _NULL


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]


_happening = msgspec.json.Decoder(_Happening).decode
_person = msgspec.json.Decoder(_Person).decode
_with_device = msgspec.json.Decoder(_WithDevice).decode
_merge = msgspec.json.Decoder(_Merge).decode
_entity = msgspec.json.Decoder(_Entity).decode
_batch = msgspec.json.Decoder(_Batch).decode
_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """The calls in a request."""
    method, _, path = record.target.partition(" ")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    reader = _Reader(record.received)
    try:
        if parts == ["v2", "batch"]:
            return each_for_itself(_batch(record.body).batch, lambda item: [reader.entity(_entity(item))])
        return [_call(method, parts, record.body, reader)], []
    except UNREADABLE as problem:
        return [], [unreadable(1, problem, record.body)]


def _call(method: str, parts: Sequence[str], body: bytes, reader: _Reader) -> Call:
    match method, *parts:
        case "PUT", "customers", who:
            return reader.person(who, msgspec.Raw(body))
        case "DELETE", "customers", who:
            return reader.call("delete", who)
        case "POST", "customers", who, "events":
            return reader.event(_happening(body), who)
        case "POST", "events":
            return reader.event(_happening(body))
        case "PUT", "customers", who, "devices":
            return reader.device(who, _with_device(body).device)
        case "DELETE", "customers", who, "devices", device:
            return reader.device_deleted(who, device)
        case "POST", "merge_customers":
            merge = _merge(body)
            return reader.merge(merge.primary, merge.secondary)
        case "POST", "v2", "entity":
            return reader.entity(_entity(body))
    raise InputError(
        "this operation is not known", code="unknown-operation", hint="see the documentation for those that are"
    )


class _Reader:
    """Reads the operations of one request; most of them carry no time."""

    def __init__(self, received: int) -> None:
        self._received = received
        self._actions: dict[str, Callable[[_Entity, str], Call]] = {
            "identify": lambda entity, who: self.person(who, entity.attributes, entity),
            "delete": lambda entity, who: self.call("delete", who),
            "event": self._entity_event,
            "page": self._entity_event,
            "screen": self._entity_event,
            "add_device": lambda entity, who: self.device(who, entity.device or _Device()),
            "delete_device": lambda entity, who: self.device_deleted(who, name((entity.device or _Device()).token)),
            "merge": lambda entity, who: self.merge(entity.primary or _Ids(), entity.secondary or _Ids()),
        }

    def call(self, kind: str, who: str, **rest: object) -> Call:
        """A call about one person, now."""
        if not who:
            raise missing("id", "name the person in the address, or as identifiers")
        return Call(kind, **{"time": self._received, "user": who, **rest})  # type: ignore[arg-type]

    def person(self, who: str, body: msgspec.Raw, entity: _Entity | None = None) -> Call:
        """Attributes of a person."""
        raw = mapping(body, "the person")
        about = _person(raw)
        found = _object(raw)
        traits = {key: value for key, value in found.items() if key not in _APART}
        said = about.timestamp if entity is None else entity.timestamp
        return self.call(
            "identify",
            who,
            time=self._time(said),
            anonymous=name(about.anonymous_id),
            traits=msgspec.Raw(_encode(traits)) if traits else NOTHING,
        )

    def event(self, found: _Happening, who: str = "") -> Call:
        """Something that a person, or an unknown visitor, did."""
        kind = name(found.type)
        anonymous = name(found.anonymous_id)
        if not (who or anonymous):
            raise missing("anonymous_id", 'send the id of the visitor as "anonymous_id"')
        if not (event := name(found.name)):
            raise missing("name", 'send what happened as "name"')
        return Call(
            kind if kind in _PAGES else "track",  # type: ignore[arg-type]
            self._time(found.timestamp),
            who,
            "" if who else anonymous,
            id=name(found.id),
            event=event,
            properties=mapping(found.data, "data"),
        )

    def device(self, who: str, device: _Device) -> Call:
        """A device of a person: an event, since a person has many."""
        if not (id := name(device.id) or name(device.token)):
            raise missing("device id", 'send it as "device": {"id": …}')
        told = {
            "device_id": id,
            "platform": name(device.platform) or None,
            "last_used": device.last_used,
            **_object(mapping(device.attributes, "attributes")),
        }
        properties = {key: value for key, value in told.items() if value is not None}
        return self.call("track", who, event=DEVICE_ADDED, properties=msgspec.Raw(_encode(properties)))

    def device_deleted(self, who: str, device: str) -> Call:
        """A person no longer has a device."""
        properties = msgspec.Raw(_encode({"device_id": device}))
        return self.call("track", who, event=DEVICE_DELETED, properties=properties)

    def merge(self, primary: _Ids, secondary: _Ids) -> Call:
        """Two people are one."""
        if not (previous := _id(secondary)):
            raise missing("secondary", 'name the person that is joined as "secondary": {"id": …}')
        return self.call("merge", _id(primary), previous=previous)

    def entity(self, entity: _Entity) -> Call:
        """An operation of version 2."""
        if entity.type == "object":
            return self._object(entity)
        if entity.type != "person" or entity.action not in self._actions:
            raise InputError(
                f"{entity.action!r} of {entity.type!r} is not known",
                code="unknown-operation",
                hint=f"of a person there are: {', '.join(self._actions)}",
            )
        return self._actions[entity.action](entity, _id(entity.identifiers))

    def _object(self, entity: _Entity) -> Call:
        """A group, without a person."""
        if entity.action not in ("identify", "identify_anonymous"):
            raise InputError(
                f"{entity.action!r} of an object is not known", code="unknown-operation", hint="send identify"
            )
        ids = entity.identifiers
        properties = msgspec.Raw(_encode({"object_type_id": name(ids.object_type_id)}))
        traits = mapping(entity.attributes, "attributes")
        group = name(ids.object_id)
        return Call("group", self._time(entity.timestamp), event=group, properties=properties, traits=traits)

    def _entity_event(self, entity: _Entity, who: str) -> Call:
        anonymous = entity.identifiers.anonymous_id
        found = _Happening(entity.name, entity.action, entity.id, entity.timestamp, anonymous, entity.attributes)
        return self.event(found, who)

    def _time(self, said: Moment) -> int:
        return happened(moment(said), 0, self._received)


def _id(ids: _Ids) -> str:
    return name(ids.id) or name(ids.email) or name(ids.cio_id)
