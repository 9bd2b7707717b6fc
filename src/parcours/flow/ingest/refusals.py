"""Collects what is wrong with which row, and turns it into dead letters. The first problem of a row counts."""

from __future__ import annotations

import polars as pl

from parcours.core.facts import DEAD_LETTER_COLUMNS, INSTANT
from parcours.flow.ingest.formats.raw import REFUSAL_COLUMNS, Raw


class Refusals:
    """The refused rows of one source. Vectorised: one call per column and cause, not per row."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._found: list[pl.DataFrame] = []

    def add(
        self,
        rows: pl.Series,
        bad: pl.Series,
        *,
        column: str | None,
        code: str,
        reason: str,
        hint: str,
        shown: pl.Series | None = None,
    ) -> None:
        """Refuse the rows where ``bad`` (boolean, as long as ``rows``) is true; null counts as false.

        ``{}`` in ``reason`` stands for the value of ``shown`` in that row.
        """
        bad = bad.fill_null(False)
        if not bad.any():
            return
        frame = pl.DataFrame({"row": rows.filter(bad).cast(pl.Int64)})
        text = pl.lit(reason)
        if shown is not None:
            frame = frame.with_columns(_as_text(shown.filter(bad)).alias("shown"))
            before, after = reason.split("{}")
            text = pl.concat_str(pl.lit(before), pl.col("shown").fill_null("nothing"), pl.lit(after))
        self._found.append(
            frame.select(
                "row",
                pl.lit(column, pl.String).alias("column"),
                pl.lit(code).alias("code"),
                text.alias("reason"),
                pl.lit(hint).alias("hint"),
            )
        )

    def rows(self) -> pl.Series:
        """Numbers of the rows refused so far, each once."""
        parts = [part["row"] for part in self._found]
        return pl.concat(parts).unique() if parts else pl.Series("row", [], pl.Int64)

    def dead_letters(self, received: int) -> pl.DataFrame:
        """All refused rows, those the reader refused too, with :data:`DEAD_LETTER_COLUMNS`, by row number."""
        parts = [self._with_payload(), self._raw.refused.select(list(REFUSAL_COLUMNS))]
        return (
            pl.concat([part for part in parts if part is not None])
            .sort("row", maintain_order=True)
            .with_columns(
                pl.lit(self._raw.source).alias("source"),
                pl.lit(received, pl.Int64).cast(INSTANT).alias("received"),
            )
            .select(pl.col(name).cast(dtype) for name, dtype in DEAD_LETTER_COLUMNS.items())
        )

    def _with_payload(self) -> pl.DataFrame | None:
        if not self._found:
            return None
        first = pl.concat(self._found).unique("row", keep="first", maintain_order=True)
        wanted = self._raw.rows.is_in(first["row"].implode())
        content = self._raw.frame.filter(wanted)
        payload = pl.DataFrame(
            {
                "row": self._raw.rows.filter(wanted),
                "payload": content.select(pl.struct(pl.all()).struct.json_encode()).to_series()
                if content.width
                else pl.Series([], dtype=pl.String),
            }
        )
        return first.join(payload, on="row", how="left").select(list(REFUSAL_COLUMNS))


def _as_text(values: pl.Series) -> pl.Series:
    """The values as short text for a message."""
    if values.dtype.is_nested():
        values = values.to_frame("v").select(pl.struct("v").struct.json_encode()).to_series()
    text = values.cast(pl.String)
    return pl.select(pl.lit("'") + text.str.slice(0, 60) + pl.lit("'")).to_series() if len(text) else text
