"""Sets of types, variables and small builders that the declarations share."""

from __future__ import annotations

from parcours.core.schema import Kind
from parcours.language.functions.declaration import Constant, Param, Shape, Signature, Var

NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
TIMES = frozenset({Kind.DATE_ONLY, Kind.DATE_TIME_ONLY, Kind.DATE_TIME})
ORDERED = NUMBERS | TIMES | {Kind.STRING, Kind.DURATION}
SCALARS = ORDERED | {Kind.BOOLEAN}

ANYTHING = Var("anything")
NUMBER = Var("a number", NUMBERS)
MOMENT = Var("a date or time", TIMES)
ORDERABLE = Var("a number, text, date or duration", ORDERED)
SCALAR = Var("any single value", SCALARS)
COMPARABLE = Var("any single value or list", SCALARS | {Kind.LIST})


def signature(*params: tuple[str, Shape] | tuple[str, Shape, Constant], to: Shape, repeats: bool = False) -> Signature:
    """A signature from ``(name, type)`` or ``(name, type, constant)`` for each parameter."""
    return Signature(tuple(Param(*param) for param in params), to, repeats)
