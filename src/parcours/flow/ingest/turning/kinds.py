"""Which type the values of a JSON property have, and the column of that type.

Values are those of one property in all events taken in together. What is known of the property comes first: a value of
another kind is converted where nothing of it is lost (``12`` to text, ``"12"`` to a number), a type widens where it can
(an integer to a decimal, an object by a field), and what still does not fit is set aside with its path, the rest of the
value is kept. Of a new property:

* numbers, booleans, lists and objects are what they are; whole numbers of more than 53 bits are text, as no number of
  ours holds them exactly;
* texts are looked at as those of files are: all ISO dates are dates, all ISO dates with time are instants;
* several kinds in one property are text where all are plain values, unless nearly all of many values are of one kind;
  else the kind that most values have counts.

Nulls, empty objects and empty lists say nothing about a type, and are nothing where something else is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeAlias

import msgspec
import numpy as np
import polars as pl

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, NULL, STRING, Kind, Type, object_of, polars_type
from parcours.flow.ingest.conversion import INTEGER_LIMIT, converted
from parcours.flow.ingest.formats.raw import Typing
from parcours.flow.ingest.inference import MISTAKES, inferred
from parcours.flow.ingest.turning.names import Spelling, property_name

#: Objects and lists inside more than so many others are kept as their JSON text.
DEEPEST = 8
#: From so many values on a few of another kind are taken for mistakes.
ENOUGH = 20
#: Fields of one object at most; what more there is, is set aside.
MOST_FIELDS = 300
Values: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that does not fit: which row, where in it, what it is, and why in words."""

    row: int
    path: str
    value: Any
    reason: str


@dataclass(slots=True)
class Column:
    """Values of one type, and those that were set aside (null in the column)."""

    type: Type
    values: pl.Series
    misfits: list[Misfit] = field(default_factory=list)


def column(values: Values, known: Type, path: str, depth: int = 0) -> Column:
    """The values in the known type, widened where that is possible, or (known as null) in the type they have.

    Args:
        values: what JSON holds; ``None`` where there is nothing.
        known: the type so far.
        path: name of the property, for what is set aside.
        depth: how many objects and lists are around it.
    """
    if depth > DEEPEST:
        values = [_json(value) if type(value) in (list, dict) else value for value in values]
    kinds = set(map(type, values))
    kinds.discard(type(None))
    if kinds == {str}:
        return _of_texts(values, known, path, depth)
    if kinds <= {int, float} and kinds and known.kind in (Kind.NULL, Kind.INTEGER, Kind.DECIMAL):
        return _of_numbers(values, known, path, kinds == {int})
    if kinds == {bool} and known.kind in (Kind.NULL, Kind.BOOLEAN):
        return Column(BOOLEAN, pl.Series(values, dtype=pl.Boolean))
    if kinds == {dict} and known.kind in (Kind.NULL, Kind.OBJECT):
        return _of_objects(values, known, path, depth)
    if kinds == {list} and known.kind in (Kind.NULL, Kind.LIST):
        return _of_lists(values, known, path, depth)
    if not kinds:
        return Column(known, _nothing(known, len(values)))
    return _of_several(values, known, path, depth)


def _empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value == [] or value == {}


def _nothing(kind: Type, count: int) -> pl.Series:
    return pl.Series([None], dtype=polars_type(kind)).new_from_index(0, count)


# --- plain values ----------------------------------------------------------------------------------------


def _of_texts(values: Values, known: Type, path: str, depth: int) -> Column:
    texts = pl.Series(values, dtype=pl.String)
    if known.kind is Kind.NULL:
        known = STRING if depth else inferred(texts, Typing.JSON)
    return _made(texts, known, path, values)


def _of_numbers(values: Values, known: Type, path: str, whole: bool) -> Column:
    if not whole:
        return _made(pl.Series(values, dtype=pl.Float64, strict=False), DECIMAL, path, values)
    try:
        numbers = pl.Series(values, dtype=pl.Int64)
        large = bool((numbers.abs() > INTEGER_LIMIT).any())
    except (OverflowError, TypeError, pl.exceptions.PolarsError):
        large = True
    if not large:
        return _made(numbers, DECIMAL if known == DECIMAL else INTEGER, path, values)
    if known.kind is Kind.NULL:
        return Column(
            STRING, pl.Series([None if value is None else as_text(value) for value in values], dtype=pl.String)
        )
    fits = [None if value is None or abs(value) > INTEGER_LIMIT else value for value in values]
    found = _made(pl.Series(fits, dtype=pl.Int64), known, path, values)
    where = [row for row, (value, fit) in enumerate(zip(values, fits, strict=True)) if value is not fit]
    found.misfits += [Misfit(row, path, values[row], _beyond(values[row])) for row in where]
    return found


def _made(series: pl.Series, target: Type, path: str, values: Values) -> Column:
    """The column converted; what does not fit is noted with the value as it came."""
    if series.dtype == pl.String and target == STRING:
        return Column(target, series)
    if target.kind is Kind.NULL:
        return Column(target, pl.Series([None], dtype=pl.String).new_from_index(0, len(series)))
    done = converted(series, target)
    found = Column(target, done.values)
    if (bad := done.misfit | done.beyond).any():
        beyond = done.beyond.to_list()
        for row in np.flatnonzero(bad.to_numpy()).tolist():
            reason = _beyond(values[row]) if beyond[row] else _wrong(values[row], target)
            found.misfits.append(Misfit(row, path, values[row], reason))
    return found


# --- several kinds in one property -------------------------------------------------------------------------

#: The kinds of values, in the order in which they are looked at: numbers widen a type, texts are made into it.
_KINDS = ("number", "list", "object", "boolean", "text")
_KIND = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}


def _of_several(values: Values, known: Type, path: str, depth: int) -> Column:
    """Values of several kinds, or of another kind than the known one: kind by kind."""
    if known.kind is Kind.NULL:
        known = _new_type(values, path, depth)
    parts: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for row, value in enumerate(values):
        if value is not None and value != {} and (value != [] or known.kind is Kind.LIST):
            parts[_KIND[type(value)]].append(row)
    found = []
    for kind in _KINDS:
        if rows := parts[kind]:
            part = _converted_kind(kind, [values[row] for row in rows], known, path, depth)
            known = part.type
            found.append((rows, part))
    return _together(found, known, len(values)) if found else Column(known, _nothing(known, len(values)))


def _new_type(values: Values, path: str, depth: int) -> Type:
    """The type of a new property with several kinds of values."""
    kinds = Counter(_KIND[type(value)] for value in values if not _empty(value))
    if not kinds:
        return NULL
    most, count = max(kinds.values()), kinds.total()
    few = count >= ENOUGH and count - most <= MISTAKES * count
    if len(kinds) > 1 and kinds.keys() <= {"boolean", "number", "text"} and not few:
        return STRING
    for kind in sorted(_KINDS, key=lambda kind: (-kinds[kind], -_KINDS.index(kind))):
        of_kind = [value if value is not None and _KIND[type(value)] == kind else None for value in values]
        if (found := column(of_kind, NULL, path, depth).type) != NULL:
            return found
    return NULL


def _converted_kind(kind: str, values: Values, known: Type, path: str, depth: int) -> Column:
    """Values of one kind in the known type, as far as they fit."""
    if known.kind in (Kind.STRING, Kind.ANY):
        return Column(known, pl.Series([as_text(value) for value in values], dtype=pl.String))
    native = {"number": (Kind.INTEGER, Kind.DECIMAL), "boolean": (Kind.BOOLEAN,), "text": tuple(Kind)}
    nested = {"list": (Kind.LIST,), "object": (Kind.OBJECT,)}
    if known.kind in (native | nested).get(kind, ()):
        return column(values, known, path, depth)
    if known.kind is Kind.NULL:
        return column(values, known, path, depth)
    if kind in ("number", "boolean"):
        return _made(pl.Series([as_text(value) for value in values], dtype=pl.String), known, path, values)
    none = _nothing(known, len(values))
    return Column(known, none, [Misfit(row, path, value, _wrong(value, known)) for row, value in enumerate(values)])


def _together(parts: Sequence[tuple[list[int], Column]], known: Type, count: int) -> Column:
    """Parts of a column put where their rows are."""
    order = np.full(count, -1, np.int64)
    order[list(chain.from_iterable(rows for rows, _ in parts))] = np.arange(sum(len(rows) for rows, _ in parts))
    values = pl.concat([part.values.cast(polars_type(known)) for _, part in parts])
    places = pl.Series(order).cast(pl.UInt32, strict=False)  # -1 has no place
    misfits = [replace(bad, row=rows[bad.row]) for rows, part in parts for bad in part.misfits]
    return Column(known, values.gather(places), misfits)


def as_text(value: Any) -> str:
    """A JSON value as text: numbers as short as possible, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < INTEGER_LIMIT:
        return str(int(value))
    if isinstance(value, bool | list | dict):
        return _json(value)
    return str(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# --- lists and objects -----------------------------------------------------------------------------------


def _of_lists(values: Values, known: Type, path: str, depth: int) -> Column:
    lengths = np.fromiter((0 if value is None else len(value) for value in values), np.int64, len(values))
    inner = column(list(chain.from_iterable(filter(None, values))), known.element or NULL, path, depth + 1)
    if inner.type.kind is Kind.NULL:
        return Column(known, _nothing(known, len(values)))
    element = inner.type
    lists = _cut(inner.values.cast(polars_type(element)), lengths)
    nothing = pl.Series([value is None for value in values])
    if nothing.any():
        lists = pl.select(pl.when(~nothing).then(lists)).to_series()
    rows = np.repeat(np.arange(len(values)), lengths) if inner.misfits else np.empty(0, np.int64)
    misfits = [replace(bad, row=int(rows[bad.row])) for bad in inner.misfits]
    return Column(Type(Kind.LIST, element=element), lists, misfits)


def _cut(flat: pl.Series, lengths: np.ndarray[Any, np.dtype[np.int64]]) -> pl.Series:
    """A flat column cut into lists of these lengths."""
    rows = pl.Series("row", np.repeat(np.arange(len(lengths)), lengths))
    grouped = pl.DataFrame({"row": rows, "v": flat}).group_by("row", maintain_order=True).agg("v")
    if grouped.height == len(lengths):
        return grouped["v"]
    every = pl.DataFrame({"row": pl.Series(np.arange(len(lengths)))})
    joined = every.join(grouped, on="row", how="left", maintain_order="left")["v"]
    return joined.fill_null(pl.Series([[]], dtype=joined.dtype))


def _of_objects(values: Values, known: Type, path: str, depth: int) -> Column:
    fields = dict(known.fields)
    found, misfits = fields_of(values, Spelling(fields, property_name).of, fields, MOST_FIELDS, path, depth + 1)
    columns = {name: part for name, part in found.items() if part.type.kind is not Kind.NULL}
    if not columns and not fields:
        return Column(known, _nothing(known, len(values)), misfits)
    types = {**fields, **{name: part.type for name, part in columns.items()}}
    series = [_field(name, kind, columns.get(name), len(values)) for name, kind in types.items()]
    struct = pl.DataFrame(series).to_struct("v")
    nothing = pl.Series([not value for value in values])
    if nothing.any():
        struct = pl.select(pl.when(~nothing).then(struct)).to_series()
    return Column(object_of(types), struct, misfits)


def _field(name: str, kind: Type, part: Column | None, count: int) -> pl.Series:
    if part is None:
        return pl.Series(name, [None], polars_type(kind)).new_from_index(0, count)
    return part.values.cast(polars_type(kind)).alias(name)


def fields_of(
    objects: Values, spell: Callable[[str], str], known: dict[str, Type], most: int, path: str = "", depth: int = 0
) -> tuple[dict[str, Column], list[Misfit]]:
    """The fields of objects as columns, by their names here, as long as ``objects``; and all that was set aside.

    Args:
        objects: dictionaries; ``None`` where there is none.
        spell: which name a name becomes.
        known: the types known so far.
        most: fields at most, known ones included.
        path: name of what holds the objects.
        depth: see :func:`column`.
    """
    found: dict[str, Column] = {}
    misfits: list[Misfit] = []
    new = len(known)
    for name, (rows, values, spelled) in _by_name(objects, spell).items():
        inside = f"{path}.{name}" if path else name
        if name not in known:
            new += 1
            if new > most:
                reason = f"there are {most:,} names already, which is as many as may be"
                misfits += [Misfit(rows[at], inside, value, reason) for at, value in enumerate(values)]
                continue
        values = _each_row_once(name, rows, values, spelled, inside, misfits) if spelled else values
        rows, values = _in_order(rows, values)
        part = column(values, known.get(name, NULL), inside, depth)
        misfits += [replace(bad, row=rows[bad.row]) for bad in part.misfits]
        found[name] = _spread(part, rows, len(objects))
        if name not in known and part.type.kind is Kind.NULL:
            new -= 1
    return found, misfits


#: The rows that have the name, their values, and the spellings where there are several, row by row.
_Named: TypeAlias = tuple[list[int], list[Any], list[str]]


def _by_name(objects: Values, spell: Callable[[str], str]) -> dict[str, _Named]:
    """The objects column by column. Objects with the same names in the same order are taken apart together."""
    shapes: dict[tuple[str, ...], list[int]] = {}
    for row, value in enumerate(objects):
        if value:
            shapes.setdefault(tuple(value), []).append(row)
    found: dict[str, _Named] = {}
    spellings: dict[str, set[str]] = {}
    for shape, rows in shapes.items():
        for original, values in zip(shape, zip(*[objects[row].values() for row in rows], strict=True), strict=True):
            name = spell(original)
            places, held, spelled = found.setdefault(name, ([], [], []))
            places += rows
            held += values
            spelled += [original] * len(rows)
            spellings.setdefault(name, set()).add(original)
    return {
        name: (rows, values, spelled if len(spellings[name]) > 1 else [])
        for name, (rows, values, spelled) in found.items()
    }


def _each_row_once(
    name: str, rows: list[int], values: list[Any], spelled: list[str], path: str, misfits: list[Misfit]
) -> list[Any]:
    """Where one object spells a name in several ways, the value under its very name counts, or the first one that is
    there."""
    best: dict[int, int] = {}
    for at, row in enumerate(rows):
        other = best.get(row)
        better = other is None or _empty(values[other]) or spelled[at] == name
        if other is None or (better and not _empty(values[at])):
            best[row] = at
    if len(best) == len(rows):
        return values
    for at in sorted(set(range(len(rows))) - set(best.values())):
        if _empty(values[at]):
            continue
        reason = f"{spelled[at]!r} would be {name!r}, which is there already"
        misfits.append(Misfit(rows[at], path, values[at], reason))
    rows[:] = list(best)
    return [values[at] for at in best.values()]


def _in_order(rows: list[int], values: list[Any]) -> tuple[list[int], list[Any]]:
    """What holds objects by row again: the first spelling of a name inside of them is the one that stays."""
    if {dict, list}.isdisjoint(map(type, values)):
        return rows, values
    order = sorted(range(len(rows)), key=rows.__getitem__)
    return [rows[at] for at in order], [values[at] for at in order]


def _spread(part: Column, rows: list[int], count: int) -> Column:
    """The column as long as all rows, null where the property is not there."""
    if len(rows) == count and rows == list(range(count)):
        return part
    order = np.full(count, -1, np.int64)
    order[rows] = np.arange(len(rows))
    return Column(part.type, part.values.gather(pl.Series(order).cast(pl.UInt32, strict=False)), part.misfits)


# --- words -----------------------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    text = as_text(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _wrong(value: Any, target: Type) -> str:
    return f"{_shown(value)} is not of type {target}"


def _beyond(value: Any) -> str:
    return f"{_shown(value)} is not a number that can be added up exactly"
