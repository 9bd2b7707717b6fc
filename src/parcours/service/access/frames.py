"""Rows of the catalogue for people: instants as such."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from parcours.core.clock import as_datetime, duration, instant
from parcours.core.errors import InputError

#: The type of an instant in a frame.
AT = pl.Datetime("us", "UTC")


def framed(rows: Iterable[Any], columns: Mapping[str, Any]) -> pl.DataFrame:
    """These columns of the rows, which are mappings; microseconds where the column is an instant."""
    found = list(rows)
    return pl.DataFrame({name: pl.Series([row[name] for row in found], dtype=kind) for name, kind in columns.items()})


def told(row: Mapping[str, Any]) -> dict[str, object]:
    """A row with its instants (``…_at``) as such."""
    return {
        name: as_datetime(value) if name.endswith("_at") and isinstance(value, int) else value
        for name, value in row.items()
    }


def moment_of(text: str, now: int) -> int:
    """The instant that a text names: an instant, or a time from now (``90 days``).

    Raises:
        InputError: it is neither.
    """
    return instant(text) if text[:4].isdigit() and text[4:5] == "-" else now + duration(text)


def end_of(expires: str | None, now: int) -> int | None:
    """When something ends; ``None``: never.

    Raises:
        InputError: the text is no time, or one in the past.
    """
    if expires is None:
        return None
    end = moment_of(expires, now)
    if end <= now:
        raise InputError("the end lies in the past", where="expires", hint="for example: 90 days")
    return end
