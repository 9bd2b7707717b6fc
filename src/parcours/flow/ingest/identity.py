"""Ids for events that bring none: a hash of the row's content, and its occurrence number within the file.

The same file read again gives the same ids, so importing it twice changes nothing; two equal rows of one file
stay two events. The hash is MD5 of a spelled-out text, so it is the same on every machine and in every version.
"""

from __future__ import annotations

import duckdb
import polars as pl

from parcours.core.arrow import ArrowStream
from parcours.flow.ingest.formats.raw import Raw

_BETWEEN, _NOTHING = "\x1f", "\x00"


def computed_ids(raw: Raw, types: pl.Series) -> pl.Series:
    """One id per row of ``raw``: 32 hex digits, followed by ``-2``, ``-3`` … for rows that occurred before.

    Args:
        raw: the rows; every column counts, also those that become no property.
        types: the type of each event, which counts too.
    """
    content = raw.content if raw.content is not None else _spelled_out(raw.frame)
    hashes = _md5(pl.select(pl.concat_str(types.fill_null(""), content, separator=_BETWEEN)).to_series())
    again = hashes.is_duplicated()
    if not again.any():
        return hashes
    frame = pl.DataFrame({"id": hashes}).with_columns(
        pl.int_range(1, pl.len() + 1).over("id").cast(pl.String).alias("occurrence")
    )
    numbered = (
        pl.when(pl.col("occurrence") == "1").then("id").otherwise(pl.concat_str("id", "occurrence", separator="-"))
    )
    return frame.select(numbered.alias("id")).to_series()


def _spelled_out(frame: pl.DataFrame) -> pl.Series:
    """All columns of a row as one text; nothing and empty text differ."""
    parts = [_text(pl.col(name), dtype).fill_null(_NOTHING) for name, dtype in frame.schema.items()]
    return frame.select(pl.concat_str(parts, separator=_BETWEEN)).to_series()


def _text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_nested():
        return pl.struct(column).struct.json_encode()
    if isinstance(dtype, pl.Datetime):
        return column.dt.timestamp("us").cast(pl.String)
    return column.cast(pl.String)


def _md5(texts: pl.Series) -> pl.Series:
    with duckdb.connect() as connection:
        stream = ArrowStream(texts.alias("text").to_frame())  # noqa: F841 - named in the query
        return pl.DataFrame(ArrowStream(connection.sql("SELECT md5(text) AS id FROM stream")))["id"]
