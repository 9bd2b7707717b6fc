"""How values lie in DuckDB: the SQL type of each type, and the columns that need another form there.

Two kinds of value have no faithful form of their own: a duration (Arrow intervals have months) lies as whole
microseconds in BIGINT, and a type with an object of no known fields anywhere inside lies as JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from parcours.core.schema import ANY, Kind, Type, polars_type

_SQL = {
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.STRING: "VARCHAR",
    Kind.DATE_ONLY: "DATE",
    Kind.DATE_TIME_ONLY: "TIMESTAMP",
    Kind.DATE_TIME: "TIMESTAMPTZ",
    Kind.DURATION: "BIGINT",
    Kind.ANY: "VARCHAR",
    Kind.NULL: "VARCHAR",
}


def quote(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """An SQL literal."""
    return "'" + value.replace("'", "''") + "'"


@lru_cache(maxsize=4096)
def as_json(type_: Type) -> bool:
    """Whether values of the type lie as JSON text, because an object without known fields is part of it."""
    if type_.kind is Kind.LIST:
        return as_json(type_.element or ANY)
    if type_.kind is Kind.OBJECT:
        return not type_.fields or any(as_json(kind) for _, kind in type_.fields)
    return False


@lru_cache(maxsize=4096)
def sql_type(type_: Type) -> str:
    """The DuckDB type of a column of values of ``type_``: nested lists and structs stay what they are."""
    if as_json(type_):
        return "VARCHAR"
    if type_.kind is Kind.LIST:
        return sql_type(type_.element or ANY) + "[]"
    if type_.kind is Kind.OBJECT:
        return "STRUCT(" + ", ".join(f"{quote(name)} {sql_type(kind)}" for name, kind in type_.fields) + ")"
    return _SQL[type_.kind]


def widening(name: str, old: Type, new: Type) -> str:
    """The SQL expression that turns the stored column ``name`` from ``old`` into ``new``, for ALTER … USING."""
    column = quote(name)
    if as_json(old) and not as_json(new):
        return from_json(name, new)
    if as_json(new) and not as_json(old):
        return f"CAST(to_json({column}) AS VARCHAR)"
    if old.kind in (Kind.ANY, Kind.NULL):
        return f"TRY_CAST({column} AS {sql_type(new)})"
    return f"CAST({column} AS {sql_type(new)})"


def from_json(name: str, kind: Type) -> str:
    """The SQL expression that reads the values of a column of JSON texts; absent fields are null."""
    return f"from_json({quote(name)}, {text(json.dumps(_structure(kind)))})"


def _structure(kind: Type) -> object:
    if kind.kind is Kind.LIST:
        return [_structure(kind.element or ANY)]
    if kind.kind is Kind.OBJECT:
        return {name: _structure(part) for name, part in kind.fields}
    return sql_type(kind)


# --- Polars -> DuckDB ----------------------------------------------------------------------------------


def stored_frame(frame: pl.DataFrame, types: Mapping[str, Type]) -> tuple[pl.DataFrame, dict[str, str]]:
    """``frame`` as DuckDB takes it, and the SQL expressions of columns that DuckDB must still convert.

    ``types`` are the types of the table's columns; columns of type Null are left out, which leaves them null.
    """
    changes: list[pl.Expr] = []
    absent: list[str] = []
    expressions: dict[str, str] = {}
    for name, dtype in frame.schema.items():
        kind = types.get(name)
        if isinstance(dtype, pl.Null):
            absent.append(name)
        elif kind is not None and as_json(kind):
            changes.append(_json_text(name, dtype))
        elif _has_empty_struct(dtype):
            changes.append(_json_text(name, dtype))
            expressions[name] = from_json(name, kind or ANY)
        elif (form := _stored_dtype(dtype)) != dtype:
            changes.append(_stored(name, dtype, form))
    if absent:
        frame = frame.drop(absent)
    return (frame.with_columns(changes) if changes else frame), expressions


@lru_cache(maxsize=4096)
def _stored_dtype(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.List | pl.Array):
        return pl.List(_stored_dtype(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct([pl.Field(part.name, _stored_dtype(part.dtype)) for part in dtype.fields])
    if isinstance(dtype, pl.Duration):
        return pl.Int64()
    if isinstance(dtype, pl.Null | pl.Categorical | pl.Enum):
        return pl.String()
    if isinstance(dtype, pl.Datetime):
        return pl.Datetime("us", dtype.time_zone)
    return dtype


@lru_cache(maxsize=4096)
def _in_microseconds(dtype: pl.DataType) -> pl.DataType:
    """The same type with durations in microseconds, so that their number can be read off."""
    if isinstance(dtype, pl.List | pl.Array):
        return pl.List(_in_microseconds(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct([pl.Field(part.name, _in_microseconds(part.dtype)) for part in dtype.fields])
    return pl.Duration("us") if isinstance(dtype, pl.Duration) else dtype


@lru_cache(maxsize=4096)
def _has_empty_struct(dtype: pl.DataType) -> bool:
    if isinstance(dtype, pl.List | pl.Array):
        return _has_empty_struct(dtype.inner)
    if isinstance(dtype, pl.Struct):
        return not dtype.fields or any(_has_empty_struct(part.dtype) for part in dtype.fields)
    return False


def _stored(name: str, dtype: pl.DataType, form: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(_in_microseconds(dtype)).cast(form)


def _json_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """The values as JSON texts. Polars encodes structs only, so the value is wrapped and unwrapped."""
    wrapped = pl.struct(_stored(name, dtype, _stored_dtype(dtype)).alias("v")).struct.json_encode()
    value = wrapped.str.strip_prefix('{"v":').str.strip_suffix("}")
    return pl.when(pl.col(name).is_not_null()).then(value).alias(name)


# --- DuckDB -> Polars ----------------------------------------------------------------------------------


def loaded_frame(frame: pl.DataFrame, types: Mapping[str, Type]) -> pl.DataFrame:
    """``frame`` as it came from DuckDB, with the columns in ``types`` in the form the rest of Parcours uses."""
    changes: list[pl.Expr] = []
    for name, kind in types.items():
        if name not in frame.columns:
            continue
        target = polars_type(kind)
        if as_json(kind):
            changes.append(_json_value(name, target))
        elif frame.schema[name] != target:
            changes.append(pl.col(name).cast(target))
    return frame.with_columns(changes) if changes else frame


def _json_value(name: str, target: pl.DataType) -> pl.Expr:
    wrapped = pl.concat_str(pl.lit('{"v":'), pl.col(name), pl.lit("}"))
    value = wrapped.str.json_decode(pl.Struct({"v": _stored_dtype(target)})).struct.field("v").cast(target)
    return pl.when(pl.col(name).is_not_null()).then(value).alias(name)
