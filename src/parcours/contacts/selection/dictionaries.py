"""Texts as numbers: each different text of a column is kept once, rows hold its number."""

from __future__ import annotations

import threading

import polars as pl


class Dictionary:
    """Texts and their numbers from 0, in the order of their first appearance. It only grows: a number once given holds.

    Columns that name the same things (contacts, documents …) share one, so that they can be joined by number.
    """

    def __init__(self) -> None:
        self._type = pl.Categorical(pl.Categories.random())
        self._kept = pl.Series([""], dtype=pl.String).cast(self._type)  # as long as it lives, the numbers hold
        self._values = pl.Series([""], dtype=pl.String)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> pl.Series:
        """The texts by number; null where a number stands for nothing here."""
        return self._values

    def numbers(self, texts: pl.Series) -> pl.Series:
        """The number (UInt32) of each text; new ones get the next numbers."""
        with self._lock:
            found = texts.cast(self._type)
            codes = found.to_physical()
            if (codes >= len(self._values)).any():
                self._learn(found.unique())
            return codes

    def _learn(self, found: pl.Series) -> None:
        fresh = pl.DataFrame({"code": found.to_physical(), "text": found.cast(pl.String)})
        fresh = fresh.filter(pl.col("code") >= len(self._values)).sort("code")
        first, last = len(self._values), int(fresh["code"][-1])
        codes = pl.DataFrame({"code": pl.int_range(first, last + 1, dtype=pl.UInt32, eager=True)})
        texts = codes.join(fresh, on="code", how="left", maintain_order="left")["text"]
        self._values = pl.concat([self._values, texts])
