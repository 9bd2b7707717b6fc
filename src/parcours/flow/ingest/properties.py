"""The columns that become properties and attributes: each finds its type and is converted to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from parcours.core.errors import InputError
from parcours.core.schema import NULL, Kind, Type, widest
from parcours.flow.ingest.conversion import converted
from parcours.flow.ingest.formats.raw import Raw
from parcours.flow.ingest.inference import inferred
from parcours.flow.ingest.mapping import ColumnMapping
from parcours.flow.ingest.refusals import Refusals


def typed(
    columns: Mapping[str, pl.Series],
    names: Mapping[str, str],
    known: Mapping[str, Type],
    mapping: ColumnMapping,
    raw: Raw,
    rows: pl.Series,
    refusals: Refusals,
) -> tuple[pl.DataFrame, dict[str, Type]]:
    """Every column in its type, under its property's name; columns that never had a value are left out.

    Args:
        columns: the values by column of the source.
        names: column -> name of the property.
        known: the types known already, by property.
        mapping: declared types, zone.
        raw: where the columns come from.
        rows: the number of each row, as long as the columns.
        refusals: gets what does not fit.

    Returns:
        The frame, and the type of each of its columns.

    Raises:
        InputError: a column that nobody can take in, or names that differ only in case.
    """
    _check_case(names.values(), known, raw.source)
    done: list[pl.Series] = []
    found: dict[str, Type] = {}
    for column, name in names.items():
        values = columns[column]
        target = _target(column, values, known.get(name, NULL), mapping.types.get(name), raw)
        if target.kind is Kind.NULL:
            continue
        _check_fields(column, target, raw.source)
        result = converted(values, target, zone=mapping.zone)
        _refuse(column, values, target, result.misfit, result.beyond, rows, refusals)
        done.append(result.values.alias(name))
        found[name] = target
    return pl.DataFrame(done), found


def _target(column: str, values: pl.Series, known: Type, declared: Type | None, raw: Raw) -> Type:
    """The type to convert to: as declared; else the known one, widened when that is possible."""
    try:
        found = declared or inferred(values, raw.typing)
    except InputError as problem:
        raise InputError(
            f"column {column!r}: {problem.message}",
            code=problem.code,
            where=raw.source,
            hint="skip the column, or cast it to text, a number, a date or a list of these first",
        ) from None
    wide = widest(known, found)
    if wide is None:
        return declared or known
    return wide


def _refuse(
    column: str,
    values: pl.Series,
    target: Type,
    misfit: pl.Series,
    beyond: pl.Series,
    rows: pl.Series,
    refusals: Refusals,
) -> None:
    refusals.add(
        rows,
        misfit,
        column=column,
        code="wrong-type",
        reason=f"{{}} is not of type {str(target).replace('{', '(').replace('}', ')')}",
        hint="correct the value, or declare the type of the column when it is imported for the first time",
        shown=values,
    )
    refusals.add(
        rows,
        beyond,
        column=column,
        code="number-out-of-range",
        reason="{} is not a number that can be added up exactly",
        hint="decimals must be finite and smaller than 10^12, integers at most 2^53; take codes in as text",
        shown=values,
    )


def _check_case(names: Iterable[str], known: Mapping[str, Type], source: str) -> None:
    """Names that differ only in upper and lower case would be one column in SQL."""
    lowered = {name.lower(): name for name in known}
    for name in names:
        other = lowered.get(name.lower(), name)
        if other != name:
            raise InputError(
                f"{name!r} differs from the known {other!r} only in upper and lower case",
                code="name-case",
                where=source,
                hint=f"rename the column to {other!r}",
            )


def _check_fields(column: str, kind: Type, source: str) -> None:
    """The same for the fields of objects, at any depth."""
    names = [name.lower() for name, _ in kind.fields]
    if len(set(names)) < len(names):
        raise InputError(
            f"column {column!r} holds objects whose fields differ only in upper and lower case",
            code="name-case",
            where=source,
            hint="give the fields one spelling: " + ", ".join(sorted(name for name, _ in kind.fields)),
        )
    for part in [kind.element] if kind.element else [part for _, part in kind.fields]:
        _check_fields(column, part, source)
