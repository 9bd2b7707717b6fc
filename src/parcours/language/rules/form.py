"""What all readers of the rule tree share: known keys, names, paths, constants; problems go to one report."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias

from parcours.core.schema import ANY, BOOLEAN, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DECIMAL, INTEGER, NULL, STRING
from parcours.language.check.report import Report
from parcours.language.rules import errors
from parcours.language.tree import Call, Literal, Node

#: The rows around a rule, innermost first: ``event``, ``element`` of a list, or ``occurrence`` (an event in a
#: sequence); empty for a rule about the profile.
Rows: TypeAlias = tuple[str, ...]
PROFILE: Rows = ()
#: The rows that are events.
EVENT_ROWS = ("event", "occurrence")

Shape: TypeAlias = Mapping[str, object]


class Form:
    """Base of the readers. Every method takes plain data and its place; what is wrong goes to ``report``."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.depth = 0
        self.size = 0
        self.root = "rule"

    def rule(self, shape: object, where: str, rows: Rows) -> Node:
        """The untyped node of one rule."""
        raise NotImplementedError

    def value(self, shape: object, where: str, rows: Rows) -> Node:
        """The untyped node of a value."""
        raise NotImplementedError

    def only(self, shape: Shape, known: Collection[str], where: str) -> None:
        """Report every key of ``shape`` that is not in ``known``."""
        for key in shape:
            if key not in known:
                self.report.add(errors.unknown_key(where, str(key), known))

    def name(self, found: object, where: str, what: str) -> str | None:
        """``found`` when it is a text that can be a name."""
        if isinstance(found, str) and found.strip():
            return found
        self.report.add(errors.not_a_name(where, found, what))
        return None

    def path(self, found: object, where: str, what: str) -> tuple[str, ...] | None:
        """The names of a dotted path: ``address.city`` -> ``("address", "city")``; or of a list of names."""
        if isinstance(found, list | tuple) and found and all(isinstance(part, str) and part for part in found):
            return tuple(found)
        name = self.name(found, where, what)
        if name is None:
            return None
        parts = tuple(name.split("."))
        if all(part.strip() for part in parts):
            return parts
        self.report.add(errors.not_a_name(where, found, what))
        return None

    def call(self, function: str, args: tuple[Node, ...], where: str) -> Node:
        """A call, marked with its place. Logic is boolean whatever its arguments are; the checker types the rest."""
        return self.report.mark(Call(function, args, BOOLEAN if function in ("and", "or", "not") else ANY), where)

    def constant(self, found: object, where: str) -> Node:
        """The literal of a scalar, with the type its form suggests; the checker fits it to its surroundings."""
        if isinstance(found, float) and not math.isfinite(found):
            return self.report.broken(errors.not_finite(where, found))
        if isinstance(found, int) and not -(2**63) <= found < 2**63:
            return self.report.broken(errors.number_too_large(where, found))
        literal = natural(found)
        if literal is None:
            return self.report.broken(errors.not_a_constant(where, found))
        return self.report.mark(literal, where)


def event_row(rows: Rows) -> int | None:
    """How many rows outwards the nearest event is."""
    return next((place for place, row in enumerate(rows) if row in EVENT_ROWS), None)


def natural(found: object) -> Literal | None:
    """The literal of a plain value by its Python type alone; ``None`` when it is no scalar."""
    match found:
        case None:
            return Literal(None, NULL)
        case bool():
            return Literal(found, BOOLEAN)
        case int():
            return Literal(found, INTEGER)
        case float():
            return Literal(found, DECIMAL)
        case str():
            return Literal(found, STRING)
        case datetime() if found.tzinfo is not None:
            return Literal(found.astimezone(UTC), DATE_TIME)
        case datetime():
            return Literal(found, DATE_TIME_ONLY)
        case date():
            return Literal(found, DATE_ONLY)
        case _:
            return None
