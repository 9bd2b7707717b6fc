"""Sets of types, variables and small builders that the declarations share."""

from __future__ import annotations

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
)
from parcours.language.functions.declaration import Spelling
from parcours.language.functions.signatures import Constant, Param, Shape, Signature, Var

NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
TIMES = frozenset({Kind.DATE_ONLY, Kind.DATE_TIME_ONLY, Kind.DATE_TIME})
ORDERED = NUMBERS | TIMES | {Kind.STRING, Kind.DURATION}
SCALARS = ORDERED | {Kind.BOOLEAN, Kind.OFFSET_TIME}

#: The eight scalar types of the journey expression language (expression-language.md, section 4).
JOURNEY_SCALARS = (STRING, INTEGER, DECIMAL, BOOLEAN, DATE_TIME_ONLY, OFFSET_TIME, DATE_ONLY, DURATION)

ANYTHING = Var("anything")
OBJECT = Var("an object", frozenset({Kind.OBJECT}))
ORDERABLE = Var("a number, text, date or duration", ORDERED)
SCALAR = Var("any single value", SCALARS)
COMPARABLE = Var("any single value or list", SCALARS | {Kind.LIST})


def signature(
    *params: tuple[str, Shape] | tuple[str, Shape, Constant],
    to: Shape,
    repeats: bool = False,
    closing: tuple[tuple[str, Shape], ...] = (),
) -> Signature:
    """A signature from ``(name, type)`` or ``(name, type, constant)`` for each parameter."""
    return Signature(tuple(Param(*param) for param in params), to, repeats, tuple(Param(*param) for param in closing))


def exactly(*types: Type, to: Type) -> Signature:
    """A signature as a text language lists it: types only, in the order of the parameters."""
    return Signature(tuple(Param(f"argument {number}", kind) for number, kind in enumerate(types, 1)), to)


def journey(name: str, *signatures: Signature) -> Spelling:
    """The name in the journey expression language, with the exact signatures it has there (default: all)."""
    return Spelling("journey", name, signatures or None)


def pql(name: str, *signatures: Signature, method: bool = True) -> Spelling:
    """The name in PQL, where most functions stand behind their first argument."""
    return Spelling("pql", name, signatures or None, method)
