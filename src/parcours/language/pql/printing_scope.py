"""How the rows around a node are called when it is printed: by bare names, by variables, or both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from parcours.core.errors import RuleError
from parcours.language.pql.ast import Climb, Dot, Expr, Method, Name, Parameter, Text
from parcours.language.pql.words import (
    DAYS,
    DIRECTIONS,
    EVENTS,
    FOLDS,
    INFIX_WORDS,
    INTERVALS,
    LOGIC,
    NOW,
    QUANTIFIERS,
    UNIT_WORDS,
)
from parcours.language.tree import Attribute, Field, Node, walk

_PLAIN = re.compile(r"[^\W\d]\w*")
_RESERVED = frozenset(
    {
        *LOGIC,
        *INFIX_WORDS,
        *FOLDS,
        *QUANTIFIERS,
        *DAYS,
        *INTERVALS,
        *DIRECTIONS,
        *UNIT_WORDS,
        NOW,
        EVENTS,
        "true",
        "false",
        "let",
        "on",
        "between",
        "over",
        "where",
        "chain",
        "if",
    }
)


def not_expressible(what: str) -> RuleError:
    return RuleError(f"PQL has no form for {what}", code="not-expressible")


def plain(name: str) -> bool:
    """Whether a property of this name can be written behind a dot."""
    return _PLAIN.fullmatch(name) is not None


def bare(name: str) -> bool:
    """Whether a property of this name can stand alone."""
    return plain(name) and name not in _RESERVED and name.lower() not in (*LOGIC, "chain")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: ``name`` is its variable, ``parts`` are variables of parts of it, ``level`` its place among elements."""

    name: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """The rows around a node, outermost first; ``levels`` are those that bare names and ``^`` are looked up in."""

    rows: tuple[Row, ...] = ()
    levels: tuple[int, ...] = ()

    def element(self, name: str | None = None) -> Around:
        """Inside an element that bare names mean, and perhaps a variable too."""
        return Around((*self.rows, Row(name)), (*self.levels, len(self.rows)))

    def named(self, name: str) -> Around:
        """Inside an element that only a variable means."""
        return replace(self, rows=(*self.rows, Row(name)))

    def parted(self, parts: Mapping[str, str]) -> Around:
        """Inside an entry of a map, whose parts are variables."""
        return replace(self, rows=(*self.rows, Row(None, parts)))

    def names(self) -> Iterator[str]:
        for row in self.rows:
            yield from row.parts.values()
            if row.name is not None:
                yield row.name

    # --- names ---

    def attribute(self, node: Attribute) -> Expr:
        name, *rest = node.path
        start: Expr
        if not self.levels and bare(name):
            start = Name(name)
        elif self.levels and plain(name):
            start = Climb(len(self.levels), name)
        else:
            start = stepped(Parameter(1), name)
        return path(start, rest)

    def field(self, node: Field) -> Expr:
        index = len(self.rows) - 1 - node.up
        if index < 0:
            raise not_expressible("a property of a single event that stands alone")
        row = self.rows[index]
        if not node.path:
            if row.name is None:
                raise not_expressible("the whole element here")
            return Name(row.name)
        name, *rest = node.path
        if name in row.parts:
            return path(Name(row.parts[name]), rest)
        if index in self.levels:
            up = len(self.levels) - 1 - self.levels.index(index)
            if up == 0 and bare(name):
                return path(Name(name), rest)
            if up > 0 and plain(name):
                return path(Climb(up, name), rest)
        if row.name is None:
            raise not_expressible(f"the property {name!r} here")
        return path(stepped(Name(row.name), name), rest)


def stepped(value: Expr, name: str) -> Expr:
    """A property of an object, behind a dot if its name can stand there."""
    return Dot(value, name) if plain(name) else Method(value, "get", (Text(name),))


def path(start: Expr, names: list[str]) -> Expr:
    for name in names:
        start = stepped(start, name)
    return start


def names_in(node: Node) -> frozenset[str]:
    """The names that properties have anywhere in a tree: variables are called otherwise."""
    return frozenset(part.path[0] for part in walk(node) if isinstance(part, Field | Attribute) and part.path)
