"""What no text of the CRM may hold: NUL. PostgreSQL refuses it, SQLite ends the text there in much that it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from parcours.core.errors import InputError

NUL = "\0"


def check_text(name: str, value: Any) -> None:
    """Refuse a text with a NUL character; any other value is let through.

    Raises:
        InputError: ``nul-character``.
    """
    if isinstance(value, str) and NUL in value:
        raise InputError(
            f"{name} holds a NUL character", code="nul-character", where=name, hint="take it out: no text can hold one"
        )


def check_texts(name: str, values: pl.Series | Iterable[Any]) -> None:
    """The same for all values of a column.

    Raises:
        InputError: ``nul-character``.
    """
    if not isinstance(values, pl.Series):
        for value in values:
            check_text(name, value)
    elif values.dtype == pl.String and values.str.contains(NUL, literal=True).any():
        check_text(name, NUL)
    elif values.dtype == pl.Object:
        check_texts(name, values.to_list())
