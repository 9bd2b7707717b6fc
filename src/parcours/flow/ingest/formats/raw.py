"""What every format reader hands over: columns as they stand in the file, and the rows it could not read."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import polars as pl

from parcours.core.arrow import ArrowStream
from parcours.core.errors import InputError

#: A refused row inside this stage: which row, which column, why, and the row as text.
REFUSAL_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "reason": pl.String,
    "hint": pl.String,
    "payload": pl.String,
}


class Typing(StrEnum):
    """How much a source says about the types of its values."""

    NONE = "none"  # CSV: everything is text
    JSON = "json"  # numbers, booleans and lists are known, dates are text
    FULL = "full"  # Parquet, data frames


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows as read.

    Attributes:
        source: the name to show in messages and dead letters.
        frame: the columns of the source, untouched.
        rows: number of each row of ``frame`` in the source, from 1 (Int64); refused rows leave holes.
        typing: how far the types of the columns can be trusted.
        refused: rows that could not be read, with :data:`REFUSAL_COLUMNS`.
        content: text that stands for the whole row when an event id is computed; ``None`` means: all columns.
    """

    source: str
    frame: pl.DataFrame
    rows: pl.Series
    typing: Typing
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(REFUSAL_COLUMNS)))
    content: pl.Series | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read a text file. ``delimiter`` ``None`` means: found out from the first line."""

    delimiter: str | None = None
    encoding: str = "utf-8"


def numbered(frame: pl.DataFrame) -> pl.Series:
    """Row numbers 1, 2, 3 … for every row of ``frame``."""
    return pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("row")


def from_frame(frame: object, source: str = "data frame") -> Raw:
    """A data frame of Polars, or of any library that offers the Arrow stream interface, as raw rows.

    Raises:
        InputError: the object is no table.
    """
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if not isinstance(frame, pl.DataFrame):
        try:
            frame = pl.DataFrame(ArrowStream(frame) if hasattr(frame, "__arrow_c_stream__") else frame)  # type: ignore[arg-type]
        except (TypeError, ValueError, pl.exceptions.PolarsError) as problem:
            raise InputError(
                f"a {type(frame).__name__} is not a table that can be taken in",
                code="not-a-table",
                where=source,
                hint="pass a Polars data frame, or any object with __arrow_c_stream__ (pandas 3, Arrow, DuckDB)",
            ) from problem
    return Raw(source=source, frame=frame, rows=numbered(frame), typing=Typing.FULL)


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that must be there and not be empty.

    Raises:
        InputError: missing, a folder, unreadable, or empty.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "there is no such file", code="no-such-file", where=str(path), hint="check the path and the name"
        ) from None
    except IsADirectoryError:
        raise InputError(
            "this is a folder, not a file", code="not-a-file", where=str(path), hint="name the files inside it"
        ) from None
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InputError(
            f"cannot be read: {reason}", code="unreadable-file", where=str(path), hint="check the permissions"
        ) from problem
    if not content.strip():
        raise InputError("the file is empty", code="empty-file", where=str(path), hint="nothing was taken in")
    return content


def file_text(path: Path, encoding: str) -> bytes:
    """The text of a file, unpacked when it is gzip, in UTF-8 without byte order mark.

    Raises:
        InputError: see :func:`file_bytes`; or the bytes are not text in ``encoding``.
    """
    content = file_bytes(path)
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(path, content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    try:
        text = content.decode(encoding)
    except LookupError:
        raise InputError(
            f"{encoding!r} is not an encoding", code="unknown-encoding", hint="for example: utf-8, cp1252, utf-16"
        ) from None
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise InputError(
            f"the text is not {encoding}",
            code="bad-encoding",
            where=f"{path}, line {line}",
            hint="name the encoding of the file, often cp1252 (Windows) or utf-16",
        ) from None
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return content.removeprefix(b"\xef\xbb\xbf")
    return text.removeprefix("\ufeff").encode()


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError) as problem:
        raise InputError(
            "the packed file is damaged", code="damaged-file", where=str(path), hint="copy or download it again"
        ) from problem
