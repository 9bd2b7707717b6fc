"""Types, and the names that exist: attributes of profiles, event types and their properties.

A type is small and closed; every column, literal, field and expression has one. Names follow the
expression-language specification, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import polars as pl

from parcours.core.errors import InputError


class Kind(StrEnum):
    """The kinds of value (expression-language.md, section 4).

    ``dateTime`` is an instant and nothing else, as the log holds it; ``offsetDateTime`` is an instant with the UTC
    offset it was written in, which is what the journey expression language calls dateTime.
    """

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    STRING = "string"
    DATE_ONLY = "dateOnly"
    DATE_TIME_ONLY = "dateTimeOnly"
    DATE_TIME = "dateTime"
    OFFSET_TIME = "offsetDateTime"
    DURATION = "duration"
    LIST = "list"
    OBJECT = "object"
    MAP = "map"
    ANY = "any"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Type:
    """A type: a kind, with the element type of a list, the value type of a map or the named fields of an object.

    ``Type(Kind.LIST, element=Type(Kind.STRING))`` is a list of texts; an object without fields is an
    object about which nothing is known.
    """

    kind: Kind
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()

    def __str__(self) -> str:
        if self.kind is Kind.LIST:
            return f"list of {self.element}" if self.element else "list"
        if self.kind is Kind.MAP:
            return f"map to {self.element}" if self.element else "map"
        if self.kind is Kind.OBJECT and self.fields:
            return "object {" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + "}"
        return str(self.kind.value)

    def field_type(self, name: str) -> Type | None:
        """Type of the named field of an object, or ``None`` when the object has no such field."""
        return dict(self.fields).get(name)

    def at(self, path: Iterable[str]) -> Type | None:
        """Type of the value that names lead to through objects, or ``None`` when there is none."""
        found: Type | None = self
        for name in path:
            found = None if found is None else found.field_type(name)
        return found

    @property
    def numeric(self) -> bool:
        return self.kind in (Kind.INTEGER, Kind.DECIMAL)

    def to_json(self) -> object:
        """``"string"``, ``{"list": …}``, ``{"map": …}`` or ``{"object": {name: …}}``."""
        if self.kind is Kind.MAP:
            return {"map": (self.element or ANY).to_json()}
        if self.kind is Kind.LIST:
            return {"list": (self.element or ANY).to_json()}
        if self.kind is Kind.OBJECT:
            return {"object": {name: kind.to_json() for name, kind in self.fields}}
        return self.kind.value

    @staticmethod
    def from_json(shape: object) -> Type:
        """The inverse of :meth:`to_json`.

        Raises:
            InputError: the shape names no type.
        """
        if isinstance(shape, str):
            try:
                return Type(Kind(shape))
            except ValueError:
                raise InputError(
                    f"{shape!r} is not a type",
                    code="unknown-type",
                    hint="types are: " + ", ".join(kind.value for kind in Kind),
                ) from None
        if isinstance(shape, Mapping) and set(shape) == {"list"}:
            return list_of(Type.from_json(shape["list"]))
        if isinstance(shape, Mapping) and set(shape) == {"map"}:
            return map_of(Type.from_json(shape["map"]))
        if isinstance(shape, Mapping) and set(shape) == {"object"} and isinstance(shape["object"], Mapping):
            return object_of({str(name): Type.from_json(kind) for name, kind in shape["object"].items()})
        raise InputError(f"{shape!r} is not a type", code="unknown-type")


BOOLEAN = Type(Kind.BOOLEAN)
INTEGER = Type(Kind.INTEGER)
DECIMAL = Type(Kind.DECIMAL)
STRING = Type(Kind.STRING)
DATE_ONLY = Type(Kind.DATE_ONLY)
DATE_TIME_ONLY = Type(Kind.DATE_TIME_ONLY)
DATE_TIME = Type(Kind.DATE_TIME)
OFFSET_TIME = Type(Kind.OFFSET_TIME)
DURATION = Type(Kind.DURATION)
ANY = Type(Kind.ANY)
NULL = Type(Kind.NULL)


def list_of(element: Type) -> Type:
    """The type of a list with elements of the given type."""
    return Type(Kind.LIST, element=element)


def map_of(value: Type) -> Type:
    """The type of a map from texts to values of the given type; in columns a list of objects of key and value."""
    return Type(Kind.MAP, element=value)


def object_of(fields: Mapping[str, Type]) -> Type:
    """The type of an object with the given fields, in their order."""
    return Type(Kind.OBJECT, fields=tuple(fields.items()))


def widest(left: Type, right: Type) -> Type | None:
    """The type that holds the values of both, or ``None`` when there is none.

    Integer widens to decimal, an instant to one with an offset (of zero), null and any to everything; lists, maps and
    objects widen part by part.
    """
    if left == right or right.kind is Kind.NULL:
        return left
    if left.kind is Kind.NULL or left.kind is Kind.ANY:
        return right
    if right.kind is Kind.ANY:
        return left
    if left.numeric and right.numeric:
        return DECIMAL
    if {left.kind, right.kind} == {Kind.DATE_TIME, Kind.OFFSET_TIME}:
        return OFFSET_TIME
    if left.kind is right.kind and left.kind in (Kind.LIST, Kind.MAP):
        element = widest(left.element or NULL, right.element or NULL)
        return None if element is None else Type(left.kind, element=element)
    if left.kind is Kind.OBJECT and right.kind is Kind.OBJECT:
        fields = dict(left.fields)
        for name, kind in right.fields:
            joined = widest(fields.get(name, NULL), kind)
            if joined is None or _twin(name, fields):
                return None
            fields[name] = joined
        return object_of(fields)
    return None


_POLARS: dict[Kind, pl.DataType] = {
    Kind.BOOLEAN: pl.Boolean(),
    Kind.INTEGER: pl.Int64(),
    Kind.DECIMAL: pl.Float64(),
    Kind.STRING: pl.String(),
    Kind.DATE_ONLY: pl.Date(),
    Kind.DATE_TIME_ONLY: pl.Datetime("us"),
    Kind.DATE_TIME: pl.Datetime("us", "UTC"),
    Kind.OFFSET_TIME: pl.Struct({"instant": pl.Datetime("us", "UTC"), "offset": pl.Int32()}),
    Kind.DURATION: pl.Duration("us"),
    Kind.ANY: pl.String(),
    Kind.NULL: pl.String(),
}


def polars_type(type_: Type) -> pl.DataType:
    """The Polars data type of a column that holds values of ``type_``.

    An instant with an offset is a struct of ``instant`` and ``offset`` (in seconds), a map a list of ``key`` and
    ``value`` in the order of the map.
    """
    if type_.kind is Kind.LIST:
        return pl.List(polars_type(type_.element or ANY))
    if type_.kind is Kind.MAP:
        return pl.List(pl.Struct({"key": pl.String(), "value": polars_type(type_.element or ANY)}))
    if type_.kind is Kind.OBJECT:
        return pl.Struct([pl.Field(name, polars_type(kind)) for name, kind in type_.fields])
    return _POLARS[type_.kind]


def type_of_polars(dtype: pl.DataType) -> Type:
    """The type of the values of a Polars column.

    Raises:
        InputError: columns of this data type hold nothing that Parcours knows (binary, objects …).
    """
    if isinstance(dtype, pl.List | pl.Array):
        return list_of(type_of_polars(dtype.inner))  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return object_of({part.name: type_of_polars(part.dtype) for part in dtype.fields})  # type: ignore[arg-type]
    if dtype == pl.Boolean:
        return BOOLEAN
    if dtype.is_integer():
        return INTEGER
    if dtype.is_float() or dtype.is_decimal():
        return DECIMAL
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return STRING
    if dtype == pl.Date:
        return DATE_ONLY
    if isinstance(dtype, pl.Datetime):
        return DATE_TIME_ONLY if dtype.time_zone is None else DATE_TIME
    if dtype == pl.Duration:
        return DURATION
    if dtype == pl.Null:
        return NULL
    raise InputError(
        f"columns of type {dtype} cannot be taken in",
        code="unknown-type",
        hint="cast the column to text, a number, a date or a list of these first",
    )


@dataclass(frozen=True, slots=True)
class Schema:
    """What names exist in a workspace: attributes of profiles, event types and their properties.

    Immutable; :meth:`with_attributes` and :meth:`with_event` give a widened copy.
    """

    attributes: Mapping[str, Type] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)

    def with_attributes(self, attributes: Mapping[str, Type]) -> Schema:
        """A copy that also knows these attributes; known ones are widened. What is declared to be of unknown type is
        text: that is what files hold of it.

        Raises:
            InputError: an attribute already has a type that does not hold the new one, or two names differ
                only in case.
        """
        return replace(self, attributes=_widened("attribute", self.attributes, attributes))

    def with_event(self, name: str, properties: Mapping[str, Type]) -> Schema:
        """A copy that also knows this event type with these properties; known ones are widened. See
        :meth:`with_attributes`.

        Raises:
            InputError: a property already has a type that does not hold the new one, or two names differ
                only in case.
        """
        _refuse_twin("event type", name, self.events)
        known = self.events.get(name, {})
        return replace(self, events={**self.events, name: _widened(f"event {name!r}, property", known, properties)})

    def with_what_fits(self, other: Schema) -> Schema:
        """A copy that also knows the names of another schema, but for those that contradict it."""
        found = self._with_fitting(None, other.attributes)
        for event, properties in other.events.items():
            found = found._with_fitting(event, properties)
        return found

    def _with_fitting(self, event: str | None, new: Mapping[str, Type]) -> Schema:
        try:
            return self.with_attributes(new) if event is None else self.with_event(event, new)
        except InputError:
            found = self
            for name, kind in new.items() if len(new) > 1 else ():
                found = found._with_fitting(event, {name: kind})
            return found

    def to_json(self) -> dict[str, object]:
        return {
            "attributes": {name: kind.to_json() for name, kind in self.attributes.items()},
            "events": {
                event: {name: kind.to_json() for name, kind in properties.items()}
                for event, properties in self.events.items()
            },
        }

    @staticmethod
    def from_json(shape: Mapping[str, Mapping[str, object]]) -> Schema:
        events: dict[str, Mapping[str, Type]] = {}
        for event, properties in shape.get("events", {}).items():
            assert isinstance(properties, Mapping)
            events[event] = {name: Type.from_json(kind) for name, kind in properties.items()}
        return Schema(
            attributes={name: Type.from_json(kind) for name, kind in shape.get("attributes", {}).items()},
            events=events,
        )


def _widened(what: str, known: Mapping[str, Type], new: Mapping[str, Type]) -> dict[str, Type]:
    joined = dict(known)
    for name, kind in new.items():
        _refuse_twin(what, name, joined)
        wide = widest(known.get(name, NULL), _as_text(kind))
        if wide is None:
            raise InputError(
                f"{what} {name!r} holds {known[name]}, the new values are {kind}",
                code="type-conflict",
                hint="convert the column, or map it to another name",
            )
        joined[name] = wide
    return joined


def _as_text(type_: Type) -> Type:
    """``type_`` with text for everything of unknown type in it."""
    if type_.element is not None:
        return replace(type_, element=_as_text(type_.element))
    if type_.fields:
        return replace(type_, fields=tuple((name, _as_text(kind)) for name, kind in type_.fields))
    return STRING if type_.kind is Kind.ANY else type_


def _twin(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs from ``name`` only in case: two names for us, one for SQL."""
    return next((other for other in known if other != name and other.lower() == name.lower()), None)


def _refuse_twin(what: str, name: str, known: Collection[str]) -> None:
    if name in known:
        return  # no two of them are twins
    twin = _twin(name, known)
    if twin is not None:
        raise InputError(
            f"{what} {name!r} differs from {twin!r} only in upper and lower case",
            code="name-conflict",
            hint=f"map it to {twin!r}, or to another name",
        )
