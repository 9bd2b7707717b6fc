"""Which type the values of a column have, found out from all of them.

Text of CSV files is looked at value by value: boolean (true/false), integer, decimal, date (ISO 8601), date
with time (ISO 8601), else string. Numbers with leading zeros (``007``, post codes) are text. In a column of
numbers or dates a few values without any digit (``n.a.``, ``abc``) are mistakes, to be refused row by row;
one value with digits that is no number (``5+``, ``A12``) makes the whole column text.

JSON knows its own numbers and booleans, so only dates are looked for in its texts; Parquet files and data
frames are taken at their word.
"""

from __future__ import annotations

import polars as pl

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
    type_of_polars,
)
from parcours.flow.ingest.formats.raw import Typing

#: Texts that stand for "no value" in a column of numbers, dates or booleans; in a column of text they are text.
NULL_MARKERS = ("", "NA", "N/A", "n/a", "null", "NULL", "None", "none", "-", "\\N")

#: At most this share of a column (or a single value) may be mistakes before the column is called text.
MISTAKES = 0.05
_SAMPLE = 1_000

ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
ISO_TIME = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?([zZ]|[+-]\d{2}(:?\d{2})?)?$"
_LEADING_ZERO = r"^[+-]?0\d"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$|^[+-]?(?i:nan|inf|infinity)$"


def inferred(values: pl.Series, typing: Typing) -> Type:
    """The type of a column. A column without any value is of type null.

    Raises:
        InputError: the column holds what Parcours does not know (binary, for example).
    """
    known = type_of_polars(values.dtype)
    if known == STRING and typing is not Typing.FULL:
        return _of_text(values, dates_only=typing is Typing.JSON)
    return NULL if values.null_count() == len(values) else _told(known)


def _told(kind: Type) -> Type:
    """The type without the parts about which nothing is known yet: fields without any value, lists always empty."""
    if kind.kind is Kind.LIST:
        element = _told(kind.element or NULL)
        return NULL if element == NULL else Type(Kind.LIST, element=element)
    if kind.kind is Kind.OBJECT:
        fields = tuple((name, told) for name, part in kind.fields if (told := _told(part)) != NULL)
        return Type(Kind.OBJECT, fields=fields) if fields else NULL
    return kind


def is_marker(values: pl.Series) -> pl.Series:
    """Where a text stands for "no value"."""
    return values.is_in(list(NULL_MARKERS))


def _of_text(values: pl.Series, *, dates_only: bool) -> Type:
    text = values.drop_nulls().str.strip_chars()
    text = text.filter(~is_marker(text))
    if not len(text):
        return NULL if values.null_count() == len(values) or not dates_only else STRING
    for kind in _candidates(text.head(_SAMPLE), dates_only):
        if _fits(text, kind):
            return kind
    return STRING


def _candidates(sample: pl.Series, dates_only: bool) -> tuple[Type, ...]:
    """Types worth a look at the whole column, narrow before wide."""
    most = len(sample) / 2
    if _count(sample, DATE_TIME) > most:
        return (DATE_ONLY, DATE_TIME)
    if dates_only:
        return ()
    if _count(sample, BOOLEAN) > most:
        return (BOOLEAN,)
    return (INTEGER, DECIMAL) if _count(sample, DECIMAL) > most else ()


def _count(text: pl.Series, kind: Type) -> int:
    return int(_matches(text, kind).sum())


def _matches(text: pl.Series, kind: Type) -> pl.Series:
    """Which texts are written like values of this type."""
    if kind == BOOLEAN:
        return text.str.to_lowercase().is_in(["true", "false"])
    if kind == INTEGER:
        return text.cast(pl.Int64, strict=False).is_not_null() & ~text.str.contains(_LEADING_ZERO)
    if kind == DECIMAL:
        return text.str.contains(_NUMBER) & ~text.str.contains(r"^[+-]?0\d+$")
    if kind == DATE_ONLY:
        return text.str.contains(ISO_DATE)
    return text.str.contains(ISO_TIME) | text.str.contains(ISO_DATE)


def _fits(text: pl.Series, kind: Type) -> bool:
    """Whether all values are of this type, but for a few that hold no digit."""
    good = _matches(text, kind)
    missed = len(text) - int(good.sum())
    if not missed:
        return True
    if missed > max(1, MISTAKES * len(text)) or len(text) < 5:
        return False
    return not text.filter(~good).str.contains(r"\d").any()
