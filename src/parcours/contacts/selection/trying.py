"""Trying out a filter expression on single values, without contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from parcours.contacts.office.desk import Desk
from parcours.contacts.selection.filters import context_of
from parcours.core.errors import InputError, nearest
from parcours.core.schema import DATE_ONLY, DECIMAL, INTEGER, STRING, Type
from parcours.kernel.compile import condition
from parcours.language.filters.fields import Target
from parcours.language.filters.read import read
from parcours.language.tree import Attribute

#: Types of fields, by the words that people use.
TYPES: Mapping[str, tuple[Type, type[pl.DataType]]] = {
    "text": (STRING, pl.String),
    "code": (STRING, pl.String),
    "decimal": (DECIMAL, pl.Float64),
    "integer": (INTEGER, pl.Int64),
    "date": (DATE_ONLY, pl.Date),
}


def matching(desk: Desk, expression: str, values: Sequence[str], type: str = "text") -> list[str]:
    """Those of these values that the expression takes, in their order; blanks are fields without value.

    Raises:
        DefinitionError: the expression cannot be accepted.
        InputError: ``unknown-type``; ``bad-value``, a value is none of that type.
    """
    if type not in TYPES:
        raise InputError(f"fields have no type {type!r}", code="unknown-type", hint=nearest(type, TYPES))
    kind, column = TYPES[type]
    node = read(expression, Target(Attribute(("value",), kind), type == "code"), context_of(desk))
    texts = pl.Series("text", list(values), pl.String)
    frame = pl.DataFrame({"text": texts, "value": _as(column, texts)})
    return frame.filter(condition(node, lambda _: pl.col("value")))["text"].to_list()


def _as(column: type[pl.DataType], texts: pl.Series) -> pl.Series:
    if column is pl.String:
        return texts
    known = texts.replace("", None)
    made = known.str.to_date("%Y-%m-%d", strict=False) if column is pl.Date else known.cast(column, strict=False)
    broken = texts.filter(made.is_null() & known.is_not_null())
    if len(broken):
        raise InputError(f"{broken[0]!r} is no value of this type", code="bad-value", hint="2026-03-11, or 12.5")
    return made
