"""Names found in the schema: attributes, event types, properties, and the parts of objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from parcours.core.schema import ANY, DATE_TIME, NULL, STRING, Kind, Schema, Type, list_of, object_of, widest
from parcours.language.check import errors
from parcours.language.check.report import Report

#: The property that every event has: its time.
TIME = "_time"
#: The attribute that every profile has: its id.
PROFILE_ID = "_profile_id"
#: What every element of the list of all events has: its event type and its time.
EVENT_TYPE, TIMESTAMP = "eventType", "timestamp"

#: The type of a value from beside the profile, by its path (see ``Given``); ``None`` when there is no such value.
GivenTypes: TypeAlias = Callable[[tuple[str, ...]], Type | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a rule is about: an event or an element of a list. ``name`` is how errors call it."""

    name: str
    type: Type
    is_event: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What a rule may read beside the profile and the schema's events.

    ``given`` knows the values from beside the profile; without it each value is taken to be of the type that its node
    says, and ``hint`` tells what a path may have meant that it does not know. ``events`` is the type of the list of all
    events, ``None`` when it follows from the schema.
    """

    given: GivenTypes | None = None
    events: Type | None = None
    hint: Callable[[tuple[str, ...]], str | None] | None = None


def events_type(schema: Schema, types: Sequence[str] = ()) -> Type:
    """The type of the list of all events of a profile (``Events``), or of those of some event types.

    Each element has the event type, the time, and the properties of all event types; a property that two event types
    have with types that nothing holds both of is of no known type, unless ``types`` agree on one.
    """
    fields: dict[str, Type] = {EVENT_TYPE: STRING, TIMESTAMP: DATE_TIME, **_properties(schema.events.values())}
    own = _properties(schema.events[name] for name in types if name in schema.events)
    known = {name: own.get(name, ANY) if kind == ANY else kind for name, kind in fields.items()}
    return list_of(object_of(known))


def _properties(events: Iterable[Mapping[str, Type]]) -> dict[str, Type]:
    """The properties of several event types, each with the type that holds the values of all."""
    fields: dict[str, Type] = {}
    for properties in events:
        for name, kind in properties.items():
            if name not in (EVENT_TYPE, TIMESTAMP):
                fields[name] = widest(fields.get(name, NULL), kind) or ANY
    return fields


def element_of(type_: Type) -> Type | None:
    """The type of the elements of a list, or ``None`` when a value of this type is no list."""
    if type_.kind is Kind.LIST:
        return type_.element or ANY
    return ANY if type_.kind in (Kind.ANY, Kind.NULL) else None


def untyped(type_: Type) -> bool:
    """Whether nothing is known of the parts of such a value, so that they are looked for at run time."""
    return type_.kind is Kind.ANY or (type_.kind is Kind.OBJECT and not type_.fields)


class Names:
    """Looks names up; an unknown one is reported with the nearest known name, and the answer is ``None``."""

    def __init__(
        self, schema: Schema, segments: Collection[str] | None, report: Report, beside: Beside | None = None
    ) -> None:
        self.schema = schema
        self.segments = segments
        self.report = report
        self.beside = beside or Beside()

    def attribute(self, path: Sequence[str], where: str) -> Type | None:
        """The type of an attribute of the profile, or of a part of it."""
        known = self.schema.attributes
        if tuple(path) == (PROFILE_ID,):
            return STRING
        if path[0] not in known:
            self.report.add(errors.unknown_attribute(where, path[0], known, path[0] in self.schema.events))
            return None
        return self._step(path, known[path[0]], where)

    def event(self, name: str, where: str) -> Row | None:
        """The row that an event of this type is."""
        if name not in self.schema.events:
            self.report.add(errors.unknown_event(where, name, self.schema.events))
            return None
        properties: Mapping[str, Type] = {**self.schema.events[name], TIME: DATE_TIME}
        return Row(f"event {name!r}", object_of(properties), is_event=True)

    def property(self, path: Sequence[str], row: Row, where: str) -> Type | None:
        """The type of a property of a row, or of a part of it; the row's own type for the empty path."""
        if not path:
            return row.type
        if untyped(row.type):
            return ANY
        fields = dict(row.type.fields) if row.type.kind is Kind.OBJECT else {}
        if path[0] not in fields:
            self.report.add(
                errors.unknown_property(where, path[0], row.name, [name for name in fields if name != TIME])
            )
            return None
        return self._step(path, fields[path[0]], where)

    def given(self, path: tuple[str, ...], said: Type, where: str) -> Type | None:
        """The type of a value from beside the profile; ``said`` is what its node says, which counts where nothing else
        is known."""
        if self.beside.given is None:
            return said
        known = self.beside.given(path)
        if known is None:
            hint = None if self.beside.hint is None else self.beside.hint(path)
            self.report.add(errors.unknown_given(where, path, hint))
        return said if known == ANY else known

    def events(self, types: Sequence[str]) -> Type:
        """The type of the list of all events, or of those of some event types."""
        return self.beside.events or events_type(self.schema, types)

    def part(self, type_: Type, name: str, where: str) -> Type | None:
        """The type of part ``name`` of an object, or of that part of every object of a list."""
        if untyped(type_) or type_.kind is Kind.NULL:
            return ANY
        if type_.kind is Kind.LIST:
            inner = self.part(type_.element or ANY, name, where)
            return inner if inner is None or inner.kind is Kind.LIST else list_of(inner)
        if type_.kind is not Kind.OBJECT:
            self.report.add(errors.no_such_part(where, type_, name))
            return None
        found = type_.field_type(name)
        if found is None:
            known = [field for field, _ in type_.fields]
            self.report.add(errors.unknown_property(where, name, "the object", known))
        return found

    def segment(self, name: str, where: str) -> bool:
        """Whether a segment of this name exists."""
        if self.segments is None or name in self.segments:
            return True
        self.report.add(errors.unknown_segment(where, name, self.segments))
        return False

    def _step(self, path: Sequence[str], type_: Type, where: str) -> Type | None:
        for position, part in enumerate(path[1:], start=1):
            name = ".".join(path[:position])
            if type_.kind is not Kind.OBJECT:
                self.report.add(errors.no_parts(where, name, type_, part))
                return None
            inner = type_.field_type(part)
            if inner is None:
                known = [field for field, _ in type_.fields]
                self.report.add(errors.unknown_property(where, part, repr(name), known))
                return None
            type_ = inner
        return type_
