"""The names that rules may use, with what an editor wants to show of each; and what may be said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parcours.core.schema import ANY, Kind, Type
from parcours.language.rules.offered import EVENT_WINDOWS, Offered, offered
from parcours.language.tree import Node, aggregates, attributes
from parcours.service.reports import event_counts
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.engines.state import State
    from parcours.service.wiring import Parts


@dataclass(frozen=True, slots=True)
class FieldName:
    """A property of an event, or a field of an object, with its type.

    Attributes:
        name: as rules write it.
        kind: of its values.
        element: of a list or map: the kind of what it holds.
        fields: of an object, or of the objects of a list: what they consist of.
    """

    name: str
    kind: Kind
    element: Kind | None
    fields: list[FieldName]


@dataclass(frozen=True, slots=True)
class AttributeName:
    """An attribute of profiles.

    Attributes:
        name, kind, element, fields: see :class:`FieldName`; rules step into fields with dots.
        used: whether a published segment or a journey reads it.
        profiles: how many profiles have a value.
    """

    name: str
    kind: Kind
    element: Kind | None
    fields: list[FieldName]
    used: bool
    profiles: int


@dataclass(frozen=True, slots=True)
class EventName:
    """A type of events.

    Attributes:
        name: as rules write it.
        properties: what its events tell; rows of a list of objects are its line items (``over``).
        used: whether a published segment or a journey reads it.
        events: how many there are that count.
    """

    name: str
    properties: list[FieldName]
    used: bool
    events: int


@dataclass(frozen=True, slots=True)
class SegmentName:
    """A published segment that rules may refer to, and its members as of the last tick."""

    segment: str
    name: str
    description: str
    members: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that an editor of rules offers.

    Attributes:
        profiles: how many there are.
        attributes: by name.
        events: types of events by name, those without any event too.
        segments: the published ones by id.
        operators: what may be said of values, by their kind.
        event_windows: the windows that events can lie in.
    """

    profiles: int
    attributes: list[AttributeName]
    events: list[EventName]
    segments: list[SegmentName]
    operators: list[Offered]
    event_windows: list[str]


def vocabulary(parts: Parts) -> Vocabulary:
    """See :meth:`parcours.service.rules.Rules.vocabulary`."""
    schema, published = parts.schema, parts.catalogue.published("segment")
    counts = event_counts(parts.log)
    with parts.moving:
        state = parts.runner.state
        read = Read.of(state)
        known = {name: len(state.book.attributes.known(name)) for name in schema.attributes}
        segments = [_segment(state, item) for item in published]
        profiles = int(state.alive.sum())
    return Vocabulary(
        profiles=profiles,
        attributes=[
            AttributeName(name, *_parts_of(kind), name in read.attributes, known[name])
            for name, kind in sorted(schema.attributes.items())
        ],
        events=[
            EventName(name, _fields(properties.items()), name in read.events, counts.get(name, 0))
            for name, properties in sorted(schema.events.items())
        ],
        segments=segments,
        operators=list(offered()),
        event_windows=list(EVENT_WINDOWS),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """The names that rules in use read."""

    attributes: frozenset[str]
    events: frozenset[str]

    @staticmethod
    def of(state: State) -> Read:
        """What published segments and journeys read."""
        rules = list(_rules(state))
        return Read(
            frozenset(name for rule in rules for name in attributes(rule)),
            frozenset(one.event for rule in rules for one in aggregates(rule)),
        )


def _rules(state: State) -> Iterator[Node]:
    for item in state.segments.published.values():
        yield item.rule.node
    for journey in state.journeys.definitions():
        yield from journey.rules.values()


def _segment(state: State, found: Definition) -> SegmentName:
    source: Any = found.body["source"]
    return SegmentName(found.id, found.name, str(source.get("description") or ""), state.segments.bits.count(found.id))


def _fields(named: Any) -> list[FieldName]:
    return [FieldName(name, *_parts_of(kind)) for name, kind in named]


def _parts_of(type_: Type) -> tuple[Kind, Kind | None, list[FieldName]]:
    """Kind, kind of the elements, and fields."""
    if type_.kind in (Kind.LIST, Kind.MAP):
        element = type_.element or ANY
        return type_.kind, element.kind, _fields(element.fields)
    return type_.kind, None, _fields(type_.fields)
