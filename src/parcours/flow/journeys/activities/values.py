"""Values in the settings of activities: constants that stay as they are, and expressions evaluated for each run.

An expression is a mapping with the name of a language as its only key, ``{journey: "…"}``, ``{pql: "…"}`` or
``{tree: {given: …}}``, or a typed tree. Everything else is a constant: text, number, truth value, null, list or object.
Lists and objects may have expressions inside, at any depth; one that fails is null where it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import msgspec
import numpy as np
import polars as pl

from parcours.core.columns import series
from parcours.core.columns import values as values_of
from parcours.core.errors import ParcoursError
from parcours.core.facts import INSTANT
from parcours.core.schema import ANY, NULL, Kind, Type, list_of, object_of, widest
from parcours.core.untyped import QUOTE, parsed
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import ITEM, RuleText
from parcours.flow.journeys.activities.local import UNKNOWN, Instants, Zones, to_instants
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.problems import wrong_value
from parcours.flow.journeys.typed import Values
from parcours.kernel.known import as_type, converted
from parcours.language.contexts.shapes import alike, inferred
from parcours.language.frontends import is_expression
from parcours.language.functions.untyped import partly_untyped

#: Names that paths of settings hold as they are.
_PLAIN_NAME = re.compile(r"[^.\[\]\"]+")
_ITEM = "item"
_LOCAL_FORM = "%Y-%m-%dT%H:%M:%S%.f"


def expressions(setting: str, values: Mapping[str, object], into: tuple[str, ...] = ()) -> tuple[RuleText, ...]:
    """The expressions among the values of a setting, those inside of lists and objects, too.

    ``into`` is what the names in it are names of.
    """
    return tuple(
        found for name, value in values.items() for found in _inside(f"{setting}.{name}", value, into and (*into, name))
    )


def _inside(setting: str, value: object, into: tuple[str, ...]) -> Iterator[RuleText]:
    """The expressions in one value."""
    if is_expression(value):
        yield RuleText(setting, value, usage="value", into=into)
    else:
        for place, name, part in _parts(setting, value):
            yield from _inside(place, part, into and (*into, name))


def _parts(setting: str, value: object) -> Iterator[tuple[str, str, object]]:
    """The parts of a list or object: where each is written, its name (:data:`ITEM` in a list), and the part."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            plain = _PLAIN_NAME.fullmatch(name)
            yield (f"{setting}.{name}" if plain else f'{setting}["{name}"]'), str(name), part
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield f"{setting}[{index}]", ITEM, part


def holds_expressions(value: object) -> bool:
    """Whether the value is an expression, or a list or object with one inside."""
    return is_expression(value) or any(holds_expressions(part) for _, _, part in _parts("", value))


def type_of_parts(setting: str, value: object, type_of: Callable[[str], Type]) -> Type:
    """The type of a value; ``type_of`` gives that of the expression at a setting."""
    if is_expression(value):
        return type_of(setting)
    if not holds_expressions(value):
        return _of_constant(value)
    kinds = {place: type_of_parts(place, part, type_of) for place, _, part in _parts(setting, value)}
    if isinstance(value, Mapping):
        return object_of(dict(zip(map(str, value), kinds.values(), strict=True)))
    return list_of(_common(kinds.values()))


def _of_constant(value: object) -> Type:
    return NULL if value is None else inferred(value)


def _common(types: Iterable[Type]) -> Type:
    """The type of the elements of a list; any where they have none in common."""
    different = dict.fromkeys(kind for kind in types if kind != NULL)
    if len(different) > 1 and any(map(partly_untyped, different)):
        return ANY
    joined = NULL
    for kind in different:
        wider = widest(joined, kind)
        if wider is None:
            return ANY
        joined = wider
    return ANY if joined == NULL else joined


def value_problems(
    setting: str, values: Mapping[str, object], wanted: Mapping[str, Type] | None = None
) -> Iterator[ParcoursError]:
    """Constants that no column can hold, such as lists of texts and numbers, or that are of another type than the
    place where they are kept (``wanted``)."""
    for name, value in values.items():
        misfits = [*_misfits(f"{setting}.{name}", value, None if wanted is None else wanted.get(name))]
        yield from misfits
        if not (misfits or holds_expressions(value) or alike(value)):
            yield wrong_value(f"{setting}.{name}", "the parts of a list must be of one type")


def _misfits(setting: str, value: object, wanted: Type | None) -> Iterator[ParcoursError]:
    """Constants in a value that cannot be what is wanted there."""
    if wanted is None or wanted.kind is Kind.ANY or value is None or is_expression(value):
        return
    within = Mapping if wanted.kind in (Kind.OBJECT, Kind.MAP) else list | tuple if wanted.kind is Kind.LIST else ()
    if isinstance(value, Mapping | list | tuple) and isinstance(value, within):
        for place, name, part in _parts(setting, value):
            inside = wanted.field_type(name) if wanted.kind is Kind.OBJECT else wanted.element
            if inside is None:
                yield wrong_value(place, f"there is no part {name!r} in {wanted}")
            yield from _misfits(place, part, inside)
    elif isinstance(value, Mapping | list | tuple) or converted(value, _of_constant(value), wanted) is None:
        yield wrong_value(setting, f"expected a value of type {wanted}, found {value!r:.60}")


def table(arrivals: Arrivals, setting: str, values: Mapping[str, object]) -> Values:
    """The values as typed columns, a row per run."""
    made = {name: _column(arrivals, f"{setting}.{name}", value) for name, value in values.items()}
    frame = pl.DataFrame([column.alias(name) for name, (column, _) in made.items()])
    return Values(frame, {name: kind for name, (_, kind) in made.items()})


def _column(arrivals: Arrivals, setting: str, value: object) -> tuple[pl.Series, Type]:
    """A value for each run, and its type. Of a list or object with an expression that fails this part is null."""
    if is_expression(value):
        return arrivals.exact(setting)
    if not holds_expressions(value):
        kind = _of_constant(value)
        return series([value], kind).gather(np.zeros(len(arrivals), np.uint32)), kind
    parts = [_column(arrivals, place, part) for place, _, part in _parts(setting, value)]
    if isinstance(value, Mapping):
        types = dict(zip(map(str, value), (kind for _, kind in parts), strict=True))
        frame = pl.DataFrame([column.alias(name) for name, (column, _) in zip(types, parts, strict=True)])
        return frame.to_struct(), object_of(types)
    element = _common(kind for _, kind in parts)
    items = [
        as_type(column, kind, element).alias(_ITEM).to_frame().to_struct(str(at))
        for at, (column, kind) in enumerate(parts)
    ]
    wrapped = pl.DataFrame(items).select(pl.concat_list(pl.all()))  # lists would be joined
    return wrapped.to_series().list.eval(pl.element().struct.field(_ITEM)), list_of(element)


def json_object(arrivals: Arrivals, setting: str, values: Mapping[str, object]) -> pl.Series:
    """The values of each run as the text of a JSON object: numbers stay numbers, null null; instants become texts.

    Values of unknown type are what they are in each run.
    """
    columns = {name: _json_column(arrivals, f"{setting}.{name}", value) for name, value in values.items()}
    return _enclosed(
        "{", [pl.lit(_json(name) + ":") + pl.lit(column) for name, column in columns.items()], "}", arrivals
    )


def _json_column(arrivals: Arrivals, setting: str, value: object) -> pl.Series:
    """One value as JSON, for each run."""
    if is_expression(value):
        return typed_json(*arrivals.exact(setting))
    if not holds_expressions(value):
        return constant_json(value, len(arrivals))
    parts = [pl.lit(_json_column(arrivals, place, part)) for place, _, part in _parts(setting, value)]
    if not isinstance(value, Mapping):
        return _enclosed("[", parts, "]", arrivals)
    named = [pl.lit(_json(str(name)) + ":") + part for name, part in zip(value, parts, strict=True)]
    return _enclosed("{", named, "}", arrivals)


def _enclosed(start: str, parts: Sequence[pl.Expr], end: str, arrivals: Arrivals) -> pl.Series:
    """The parts, with commas between them, in brackets."""
    if not parts:
        return pl.repeat(start + end, len(arrivals), dtype=pl.String, eager=True)
    return pl.select(pl.concat_str(pl.lit(start), pl.concat_str(parts, separator=","), pl.lit(end))).to_series()


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
