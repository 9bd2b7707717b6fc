"""Values in the settings of activities: constants that stay as they are, and expressions evaluated for each run.

An expression is a mapping with the name of a language as its only key, ``{journey: "…"}``, ``{pql: "…"}`` or
``{tree: {given: …}}``, or a typed tree. Everything else is a constant: text, number, truth value, null, list or object.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import msgspec
import numpy as np
import polars as pl

from parcours.core.columns import values as values_of
from parcours.core.errors import ParcoursError
from parcours.core.facts import INSTANT
from parcours.core.schema import Kind, Type
from parcours.core.untyped import QUOTE, parsed
from parcours.flow.journeys.activities.base import Arrivals, RuleText
from parcours.flow.journeys.activities.local import UNKNOWN, Instants, Zones, to_instants
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.problems import wrong_value
from parcours.language.frontends import is_expression

_LOCAL_FORM = "%Y-%m-%dT%H:%M:%S%.f"


def expressions(setting: str, values: Mapping[str, object], into: tuple[str, ...] = ()) -> tuple[RuleText, ...]:
    """The expressions among the values of a setting; ``into`` is what the names in it are names of."""
    return tuple(
        RuleText(f"{setting}.{name}", value, usage="value", into=(*into, name) if into else ())
        for name, value in values.items()
        if is_expression(value)
    )


def value_problems(setting: str, values: Mapping[str, object]) -> Iterator[ParcoursError]:
    """Constants that no column can hold, such as lists of texts and numbers."""
    for name, value in values.items():
        if is_expression(value):
            continue
        try:
            pl.Series([value], strict=True)
        except (TypeError, pl.exceptions.PolarsError):
            yield wrong_value(f"{setting}.{name}", "the parts of a list must be of one type")


def table(arrivals: Arrivals, setting: str, values: Mapping[str, object]) -> pl.DataFrame:
    """The values as typed columns, a row per run."""
    return pl.DataFrame([_column(arrivals, f"{setting}.{name}", name, value) for name, value in values.items()])


def _column(arrivals: Arrivals, setting: str, name: str, value: object) -> pl.Series:
    if is_expression(value):
        return arrivals.value(setting).alias(name)
    return pl.Series(name, [value]).gather(np.zeros(len(arrivals), np.uint32))


def json_object(arrivals: Arrivals, setting: str, values: Mapping[str, object]) -> pl.Series:
    """The values of each run as the text of a JSON object: numbers stay numbers, null null; instants become texts.

    Values of unknown type are what they are in each run.
    """
    columns = {
        name: typed_json(*arrivals.exact(f"{setting}.{name}"))
        if is_expression(value)
        else constant_json(value, len(arrivals))
        for name, value in values.items()
    }
    if not columns:
        return constant_json({}, len(arrivals))
    parts = [pl.concat_str(pl.lit(_json(name) + ":"), pl.lit(column)) for name, column in columns.items()]
    return pl.select(pl.concat_str(pl.lit("{"), pl.concat_str(parts, separator=","), pl.lit("}"))).to_series()


def constant_json(value: object, count: int) -> pl.Series:
    """The same JSON text for each of ``count`` runs."""
    return pl.repeat(_json(value), count, dtype=pl.String, eager=True)


def typed_json(column: pl.Series, type_: Type) -> pl.Series:
    """Each value of a column of ``type_`` as JSON text; what is of unknown type becomes what it is."""
    if type_.kind is Kind.ANY:
        return _untyped_json(column)
    if _needs_python(type_):
        texts = [_json(_in_json(value)) for value in values_of(column, type_)]
        return pl.Series(column.name, texts, dtype=pl.String)
    return json_values(column)


def _untyped_json(column: pl.Series) -> pl.Series:
    """Texts are quoted anew; numbers and truth values are JSON already; the rest is written once for each content."""
    text = pl.col("v")
    frame = column.alias("v").to_frame()
    nested = frame.filter(text.str.contains(r"^[\[{]")).unique()
    made = [_json(_in_json(parsed(each))) for each in nested["v"].to_list()]
    written = nested.with_columns(made=pl.Series(made, dtype=pl.String))
    quoted = json_values(frame.select(text.str.strip_prefix(QUOTE)).to_series())
    found = frame.join(written, on="v", how="left", maintain_order="left").with_columns(quoted=quoted)
    return found.select(
        pl.when(text.str.starts_with(QUOTE))
        .then("quoted")
        .when(text.is_null() | text.is_in(["NaN", "inf", "-inf"]))
        .then(pl.lit("null"))
        .otherwise(pl.coalesce("made", "v"))
    ).to_series()


def _needs_python(type_: Type) -> bool:
    """Whether a column of the type is not what its JSON shows: maps, and values of unknown type within others."""
    if type_.kind in (Kind.ANY, Kind.MAP):
        return True
    inside = (type_.element, *(kind for _, kind in type_.fields))
    return any(part is not None and _needs_python(part) for part in inside)


def _in_json(value: object) -> object:
    """A value of the language as JSON has it; NaN and infinities become null."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case list():
            return [_in_json(part) for part in value]
        case Mapping():
            return {name: _in_json(part) for name, part in value.items()}
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def json_values(column: pl.Series) -> pl.Series:
    """Each value of a column as JSON text."""
    frame = _plain(column).alias("v").to_frame()
    return frame.select(pl.struct("v").struct.json_encode().str.slice(5).str.head(-1)).to_series()


def _plain(column: pl.Series) -> pl.Series:
    """Instants with an offset as instants, local times as ISO texts."""
    if _with_offset(column):
        column = column.struct.field("instant")
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is None:
        return column.dt.to_string(_LOCAL_FORM)
    return column


def _with_offset(column: pl.Series) -> bool:
    return isinstance(column.dtype, pl.Struct) and [field.name for field in column.dtype.fields] == [
        "instant",
        "offset",
    ]


def moments_of(column: pl.Series, zones: Zones) -> Instants:
    """Instants of a column of instants, local times or dates, the latter two read in the zone of each run;
    :data:`~parcours.flow.journeys.activities.local.UNKNOWN` where there is no value."""
    if _with_offset(column):
        column = column.struct.field("instant")
    local = not isinstance(column.dtype, pl.Datetime) or column.dtype.time_zone is None
    found = microseconds(column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC") if local else column.cast(INSTANT))
    found = np.where(column.is_null().to_numpy(), UNKNOWN, found)
    return to_instants(found, zones) if local else found


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
