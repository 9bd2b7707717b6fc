"""What is made up for a journey that is tried: attributes, events and signals as a tick takes them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from parcours.core.errors import InputError, ParcoursError, UnknownNameError, nearest
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, EventBatch
from parcours.core.schema import Type, polars_type
from parcours.language.contexts.shapes import converted

#: The number of the profile of events about nobody.
NOBODY = -1


def change_of(number: int, at: int, values: Mapping[str, Any], known: Mapping[str, Type]) -> pl.DataFrame:
    """Attributes of a profile that are set at ``at``: a row of profile changes.

    Raises:
        UnknownNameError: there is no such attribute.
        InputError: a value is of another type.
    """
    _check_names(values, known, "there is no attribute")
    columns: dict[str, pl.Series] = {
        "_profile": pl.Series([number], dtype=pl.Int32),
        "_time": pl.Series([at]).cast(INSTANT),
        "_set": pl.Series([list(values)], dtype=pl.List(pl.String)),
    }
    columns |= {name: _column(value, known[name]) for name, value in values.items()}
    return pl.DataFrame(columns)


def event_of(
    event: str, number: int, at: int, values: Mapping[str, Any], known: Mapping[str, Type], id_: str
) -> EventBatch:
    """One event about a profile, or :data:`NOBODY`; raises as :func:`change_of`."""
    _check_names(values, known, f"event {event!r} has no property")
    columns: dict[str, pl.Series] = {
        "_event_id": pl.Series([id_]),
        "_profile": pl.Series([number], dtype=pl.Int32),
        "_time": pl.Series([at]).cast(INSTANT),
    }
    columns |= {name: _column(values.get(name), kind) for name, kind in known.items()}
    return EventBatch(event, pl.DataFrame(columns))


def signal_of(key: str, signal: str, link: str | None, at: int) -> pl.DataFrame:
    """What somebody did with a message: a row with ``OUTCOME_COLUMNS``."""
    row = {"key": key, "result": signal, "attempts": 1, "detail": link, "answer": None}
    frame = pl.DataFrame([row], schema_overrides={"attempts": pl.Int32, "detail": pl.String, "answer": pl.String})
    moment = pl.Series([at]).cast(INSTANT)
    return frame.with_columns(time=moment, started=moment).select(*OUTCOME_COLUMNS)


def _check_names(values: Iterable[str], known: Mapping[str, Type], what: str) -> None:
    for name in values:
        if name not in known:
            raise UnknownNameError(f"{what} {name!r}", hint=nearest(name, known))


def _column(value: Any, type_: Type) -> pl.Series:
    try:
        return pl.Series([converted(value, type_)], dtype=polars_type(type_))
    except (TypeError, ValueError, ParcoursError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{value!r} is no {type_}", code="wrong-type") from error
