"""Frames to files, whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import polars as pl

from parcours.core.errors import InputError, WorkspaceError
from parcours.core.spreadsheets import harmless

FORMATS = (".parquet", ".csv", ".ndjson")


def write(frame: pl.DataFrame, path: Path) -> int:
    """Write ``frame`` in the format that the ending of ``path`` names; returns the number of rows.

    In CSV files, which people open in spreadsheets, texts that begin like a formula get an apostrophe in front.

    Raises:
        InputError: the ending names no format.
        WorkspaceError: the place cannot be written, or the disk is full; nothing is left there.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"the ending {ending!r} tells no format", code="unknown-format", where=str(path), hint=", ".join(FORMATS)
        )
    temporary = path.with_name(path.name + ".tmp")
    try:
        if ending == ".parquet":
            frame.write_parquet(temporary)
        elif ending == ".csv":
            harmless(_flat(frame)).write_csv(temporary)
        else:
            frame.write_ndjson(temporary)
        temporary.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        temporary.unlink(missing_ok=True)
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
        raise WorkspaceError(
            f"cannot be written: {getattr(error, 'strerror', None) or error}",
            code="disk-full" if full else "unwritable",
            where=str(path),
            hint="make room on the disk" if full else "check that the folder exists and that you may write to it",
        ) from error
    return frame.height


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists and objects as JSON, which CSV cannot hold otherwise."""
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    return frame.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.struct(name).struct.json_encode()).alias(name) for name in nested
    )
