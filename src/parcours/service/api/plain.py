"""Results of operations as JSON."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import msgspec
import polars as pl

from parcours.service.api.shapes import SHAPES


def encoded(value: Any, *, as_it_is: bool = False) -> bytes:
    """A result as JSON; numbers that are none (NaN, infinite) as null.

    Args:
        as_it_is: it is plain data already.
    """
    return msgspec.json.encode(value if as_it_is else plain(value), enc_hook=_text)


def _text(value: Any) -> str:
    """What JSON knows no form for; texts of other classes (names of columns) as texts."""
    return "".join((value,)) if isinstance(value, str) else str(value)


def plain(value: Any) -> Any:
    """A result as plain data: moments as ISO texts, files in base 64, frames as lists of rows."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float) or value is None:
        return value
    if isinstance(value, pl.DataFrame):
        return [{name: plain(each) for name, each in row.items()} for row in value.iter_rows(named=True)]
    if isinstance(value, pl.Series):
        return plain(value.to_list())
    if type(value) in SHAPES:
        return plain(SHAPES[type(value)](value))
    if hasattr(value, "to_json"):
        return plain(value.to_json())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_text(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    return _moment(value)


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
