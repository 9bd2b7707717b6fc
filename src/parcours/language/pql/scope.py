"""What a query may refer to, and the names and elements in reach of one of its parts.

Rows are counted from outside while reading and become ``Field.up``, counted from inside, when a field is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from parcours.core.schema import ANY, Kind, Schema, Type, list_of, object_of
from parcours.language.check.names import events_type
from parcours.language.scopes import with_fields
from parcours.language.tree import Field, Node, children

EMPTY = object_of({})


@dataclass(frozen=True, slots=True)
class PqlScope:
    """What exists.

    Attributes:
        profile: an object of the profile's attributes.
        events: an event with ``eventType``, ``timestamp`` and all properties there are (or the type of a list of such).
        params: the types of further parameters, from ``$2`` on.
        segments: the segments that may be named; a mapping leads from names and ids to ids. ``None`` accepts any.
        strict: whether a name that nothing is known of is a problem; otherwise it is null.
        event_types: the properties of each event type, for properties that several have with different types.
    """

    profile: Type = EMPTY
    events: Type = EMPTY
    params: Sequence[Type] = ()
    segments: Mapping[str, str] | Collection[str] | None = None
    strict: bool = False
    event_types: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)

    @staticmethod
    def of_schema(schema: Schema, segments: Mapping[str, str] | Collection[str] | None = None) -> PqlScope:
        """The scope of a workspace: attributes at the top, ``xEvent`` with the properties of all event types.

        A property that two event types have with different types is of no known type unless a filter says which
        event type it is about: ``xEvent[eventType = "purchase" and total > 5]``.
        """
        return PqlScope(
            object_of(schema.attributes), events_type(schema), (), segments, strict=True, event_types=schema.events
        )

    @property
    def events_list(self) -> Type:
        """The type of ``xEvent``."""
        return self.events if self.events.kind is Kind.LIST else list_of(self.events)


@dataclass(frozen=True, slots=True)
class Level:
    """An element that names are looked up in; ``row`` is ``None`` for the profile."""

    type: Type
    row: int | None = None


@dataclass(frozen=True, slots=True)
class RowName:
    """A variable that stands for a row or a part of it; ``time`` is set for steps of a chain."""

    row: int
    type: Type
    path: tuple[str, ...] = ()
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A variable that stands for a value, made where there were ``rows`` rows; ``size`` is its number of nodes."""

    value: Node
    rows: int
    size: int


Bound: TypeAlias = RowName | Given


@dataclass(frozen=True, slots=True)
class Frame:
    """What is in reach: the elements around (the last is the current one), the number of rows, bound names."""

    levels: tuple[Level, ...]
    rows: int = 0
    names: Mapping[str, Bound] = field(default_factory=dict)

    def inside(self, element: Type, names: Mapping[str, tuple[str, ...]] | None = None) -> Frame:
        """Inside the elements of an array: the new current element, or what ``names`` stand for (paths in it)."""
        if names is None:
            return replace(self, levels=(*self.levels, Level(element, self.rows)), rows=self.rows + 1)
        bound = {name: RowName(self.rows, element.at(path) or ANY, path) for name, path in names.items()}
        return replace(self, rows=self.rows + 1, names={**self.names, **bound})

    def with_name(self, name: str, bound: Bound) -> Frame:
        return replace(self, names={**self.names, name: bound})

    def field(self, row: int, path: tuple[str, ...], type_: Type) -> Field:
        """The field of a row, seen from here."""
        return Field(path, type_, self.rows - 1 - row)


def lifted(node: Node, rows: int) -> Node:
    """``node`` as it reads with so many more rows around it."""
    if rows == 0:
        return node
    return with_fields(node, lambda field, depth: replace(field, up=field.up + rows) if field.up >= depth else field)


def size(node: Node) -> int:
    """The number of nodes, counted as often as they stand in the tree."""
    return 1 + sum(size(child) for child in children(node))
