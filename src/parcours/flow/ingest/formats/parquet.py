"""Parquet files: typed columns, read as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from parcours.core.errors import InputError
from parcours.flow.ingest.formats.raw import Raw, ReadOptions, Typing, file_bytes, numbered


def read(path: Path, options: ReadOptions) -> Raw:
    """The rows of a Parquet file.

    Raises:
        InputError: missing, empty, or no Parquet file.
    """
    content = file_bytes(path)
    try:
        frame = pl.read_parquet(content)
    except pl.exceptions.PolarsError as problem:
        raise InputError(
            "this is not a readable Parquet file",
            code="damaged-file",
            where=str(path),
            hint="it may be cut off, or of another format: name the format, or write the file again",
        ) from problem
    return Raw(source=path.name, frame=frame, rows=numbered(frame), typing=Typing.FULL)
