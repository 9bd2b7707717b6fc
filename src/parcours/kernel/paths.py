"""Constants as columns, and paths into the columns of a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from parcours.core.columns import is_nested, series
from parcours.core.errors import RuleError
from parcours.core.schema import ANY, Kind, Type, polars_type, widest
from parcours.kernel.untyped import by_value, checked
from parcours.language.functions.declaration import Column, Value
from parcours.language.functions.untyped import partly_untyped, untyped
from parcours.language.plain import plain, step_into


def constant(value: Value, type_: Type) -> Column:
    """A value of ``type_`` as a column of one row, spread where it stands beside others."""
    return Column(_literal(value, type_), type_, nullable=value is None, constant=True, value=value)


def nothing(type_: Type) -> Column:
    """The constant null."""
    return constant(None, type_)


def _literal(value: Value, type_: Type) -> pl.Expr:
    held = series([value], type_)
    if value is None or (not is_nested(type_) and type_.kind is not Kind.LIST):
        return pl.lit(held[0], dtype=polars_type(type_))
    return pl.lit(held).first()


def stepped(column: Callable[[str], pl.Expr], known: Mapping[str, Type], path: Sequence[str], type_: Type) -> Column:
    """The column at ``path``, as what is really there: at least as wide as ``type_``, or null if nothing is."""
    first, *rest = path
    found = known.get(first)
    if found is None:
        return nothing(type_)
    return inside(column(first), found, rest, type_, nullable=path != ("_time",))


def inside(expr: pl.Expr, found: Type, path: Sequence[str], type_: Type, nullable: bool = True) -> Column:
    """The column at ``path`` inside the objects of ``expr``, which are of type ``found``.

    What is found in values of unknown type fails where it is not of the type of the rule.

    Raises:
        RuleError: what is there has not the type of the rule (code ``type-changed``).
    """
    for place, name in enumerate(path):
        if found.kind is Kind.ANY:
            return typed(by_value(partial(_part, tuple(path[place:])), [Column(expr, found)], ANY), type_)
        field = found.field_type(name)
        if field is None:
            return nothing(type_)
        expr, found = expr.struct.field(name), field
    wide = widest(type_, found)
    if wide is None:
        raise RuleError(
            f"{'.'.join(path) or 'a value'} was {type_} when the rule was checked and now is {found}",
            code="type-changed",
            hint="save the rule again",
        )
    column = typed(Column(expr, found, nullable), type_)
    if column.type != found:
        return column
    return column.widened(wide) if _scalar_widening(found, wide) else column


def _part(path: tuple[str, ...], value: Value) -> Value:
    return plain(step_into(value, path), ANY)


def typed(column: Column, wanted: Type) -> Column:
    """A column of unknown type as one of the type that the rule takes it for, if that is known."""
    if not untyped(column.type) or wanted.kind in (Kind.ANY, Kind.NULL):
        return column
    return column if column.type.kind is not Kind.ANY and partly_untyped(wanted) else checked(column, wanted)


def _scalar_widening(found: Type, wide: Type) -> bool:
    return (
        found != wide
        and wide.kind is not Kind.OBJECT
        and (wide.element is None or wide.element.kind is not Kind.OBJECT)
    )
