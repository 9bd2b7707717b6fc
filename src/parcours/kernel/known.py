"""Values out of the frames in which runs keep what they know: as the leaf that asks for them says.

What is kept may be of another type than when the expression was checked: event types grow, numbers become decimals.
Fields of objects are found by their names, never by their places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

import polars as pl
from polars.datatypes import DataTypeClass

from parcours.core.columns import nothing_beside, series, values
from parcours.core.schema import (
    ANY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    object_of,
    polars_type,
    type_of_polars,
)
from parcours.core.untyped import encoded, is_of
from parcours.language.functions.conversion import text_of
from parcours.language.functions.declaration import Value
from parcours.language.functions.iso import read_moment
from parcours.language.plain import plain

_OFFSET_TIME = polars_type(OFFSET_TIME)
_TIMES = (Kind.DATE_ONLY, Kind.DATE_TIME_ONLY, Kind.DATE_TIME, Kind.OFFSET_TIME)


def known(frame: pl.DataFrame, path: Sequence[str], wanted: Type) -> pl.Series:
    """The value at a path in each row of a frame, as :func:`fitted` gives it; without a path the whole row, an object.

    A column of values of unknown type holds them as ``core/untyped.py`` says; paths do not lead into these.
    """
    if not path:
        return fitted(frame.to_struct("row"), wanted)
    first, *rest = path
    if first not in frame.columns:
        return pl.repeat(None, frame.height, dtype=polars_type(wanted), eager=True)
    column = frame[first]
    for name in rest:
        if name not in _fields(column.dtype):
            return pl.repeat(None, frame.height, dtype=polars_type(wanted), eager=True)
        column = column.struct.field(name)
    return fitted(column, wanted)


def fitted(column: pl.Series, wanted: Type) -> pl.Series:
    """The values of a column as values of a type, in order; null where one is of another type.

    An integer is a decimal, a whole decimal an integer; an instant has an offset, zero if it had none.
    """
    if column.dtype == polars_type(wanted):
        return column
    return column.to_frame("value").select(_fitted(pl.col("value"), column.dtype, wanted).alias("value"))["value"]


def as_type(column: pl.Series, have: Type, wanted: Type) -> pl.Series:
    """The values of a column of type ``have`` as those of another type; null where one is of another.

    As :func:`fitted`, and with values of unknown type, which say what they are (``core/untyped.py``), on both sides.
    Of known types, numbers and truth become texts, and texts what they write.
    """
    if have == wanted:
        return column
    if wanted.kind is Kind.ANY:
        return column.to_frame("value").select(value=encoded(pl.col("value"), have))["value"].alias(column.name)
    if not _rewritten(have, wanted):
        return fitted(column, wanted).alias(column.name)
    different = column.unique()
    found = series([converted(value, have, wanted) for value in values(different, have)], wanted, "found")
    rows = column.alias("value").to_frame()
    table = pl.DataFrame([different.alias("value"), found])
    return rows.join(table, on="value", how="left", maintain_order="left", nulls_equal=True)["found"].alias(column.name)


def _rewritten(have: Type, wanted: Type) -> bool:
    """Whether values of these types have to be looked at one by one."""
    if Kind.ANY in (have.kind, wanted.kind):
        return True
    if have.element is not None and wanted.element is not None:
        return _rewritten(have.element, wanted.element)
    if have.kind is Kind.OBJECT:
        return any(_rewritten(have.field_type(name) or kind, kind) for name, kind in wanted.fields)
    return have != wanted and Kind.STRING in (have.kind, wanted.kind)


def converted(value: Value, have: Type, wanted: Type) -> Value:
    """The value of a type as one of another type, part by part; null where it is none."""
    if value is None or is_of(value, wanted):
        return plain(value, wanted)
    match value, wanted.kind:
        case float(), Kind.INTEGER:
            return int(value) if value.is_integer() else None
        case list(), Kind.LIST:
            return [converted(part, have.element or ANY, wanted.element or ANY) for part in value]
        case Mapping(), Kind.OBJECT:
            return {name: converted(value.get(name), _part(have, name), kind) for name, kind in wanted.fields}
        case Mapping(), Kind.MAP:
            return {name: converted(part, _part(have, name), wanted.element or ANY) for name, part in value.items()}
        case _:
            return _rewrite(value, wanted) if have.kind is not Kind.ANY or wanted.kind in _TIMES else None


def _part(have: Type, name: str) -> Type:
    return (have.element if have.kind is Kind.MAP else have.field_type(name)) or ANY


def _rewrite(value: Value, wanted: Type) -> Value:
    """A text as what it writes, a number or truth as the text."""
    match value, wanted.kind:
        case str(), kind if kind in _TIMES:
            return _time(value, wanted)
        case str(), Kind.BOOLEAN:
            return {"true": True, "false": False}.get(value)
        case str(), Kind.INTEGER | Kind.DECIMAL:
            found = pl.Series([value]).cast(polars_type(wanted), strict=False)[0]
            return found if found is None or math.isfinite(found) else None
        case bool() | int() | float(), Kind.STRING:
            return text_of(value)
        case _:
            return None


def _time(text: str, wanted: Type) -> Value:
    """The date or time that a text writes: a date is a midnight, and an instant one without a zone is in UTC."""
    moment = read_moment(text)
    if moment is None or wanted.kind is Kind.DATE_ONLY:
        return moment.date() if isinstance(moment, datetime) else moment
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    local = wanted.kind is Kind.DATE_TIME_ONLY
    return moment.replace(tzinfo=None) if local else moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fitted(expr: pl.Expr, have: pl.DataType, wanted: Type) -> pl.Expr:
    want = polars_type(wanted)
    if have == want:
        return expr
    if wanted.kind is Kind.ANY and have != pl.Null:
        return encoded(expr, type_of_polars(have))
    if wanted.kind is Kind.OFFSET_TIME and have == polars_type(DATE_TIME):
        return pl.when(expr.is_not_null()).then(pl.struct(instant=expr, offset=pl.lit(0, pl.Int32)))
    if have == _OFFSET_TIME:
        return expr.struct.field("instant") if wanted.kind is Kind.DATE_TIME else nothing_beside(expr, wanted)
    if have.is_numeric() and wanted == DECIMAL:
        return expr.cast(want)
    if have.is_numeric() and wanted == INTEGER:
        return pl.when(expr == expr.floor()).then(expr).cast(want, strict=False)
    return _made_of_parts(expr, have, wanted)


def _made_of_parts(expr: pl.Expr, have: pl.DataType, wanted: Type) -> pl.Expr:
    if isinstance(have, pl.Struct) and wanted.kind is Kind.OBJECT:
        known = _fields(have)
        parts = [
            (_fitted(expr.struct.field(name), known[name], type_) if name in known else nothing_beside(expr, type_))
            for name, type_ in wanted.fields
        ]
        names = [name for name, _ in wanted.fields]
        made = pl.struct([part.alias(name) for name, part in zip(names, parts, strict=True)])
        return pl.when(expr.is_not_null()).then(made)
    if isinstance(have, pl.List) and wanted.kind in (Kind.LIST, Kind.MAP):
        value = wanted.element or NULL
        element = object_of({"key": STRING, "value": value}) if wanted.kind is Kind.MAP else value
        return expr.list.eval(_fitted(pl.element(), _inner(have), element))
    return nothing_beside(expr, wanted)


def _fields(dtype: pl.DataType) -> dict[str, pl.DataType]:
    """The fields of a column of objects; none of any other."""
    return {field.name: _made(field.dtype) for field in dtype.fields} if isinstance(dtype, pl.Struct) else {}


def _inner(dtype: pl.List) -> pl.DataType:
    return _made(dtype.inner)


def _made(dtype: pl.DataType | DataTypeClass) -> pl.DataType:
    return dtype if isinstance(dtype, pl.DataType) else dtype()
