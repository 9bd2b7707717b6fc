"""Values of runs on their way to where they are kept: as attributes, as properties of an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from parcours.core.schema import Kind, Type, type_of_polars
from parcours.core.untyped import shown
from parcours.kernel.known import as_type


@dataclass(frozen=True, slots=True)
class Values:
    """A column for each name, a row per run.

    ``types`` say what the columns hold; values of unknown type say what they are (``core/untyped.py``).
    """

    frame: pl.DataFrame
    types: Mapping[str, Type]

    @staticmethod
    def of(frame: pl.DataFrame) -> Values:
        """The values of a frame without any of unknown type."""
        return Values(frame, {name: type_of_polars(kind) for name, kind in frame.schema.items()})

    def fitting(self, wanted: Mapping[str, Type]) -> pl.DataFrame:
        """The values as those of the types that they are kept in; null where one is of another.

        Names that nobody wants stay as they are, values of unknown type among them as people read them.
        """
        return pl.DataFrame([self._fitting(name, wanted.get(name)) for name in self.frame.columns])

    def _fitting(self, name: str, wanted: Type | None) -> pl.Series:
        column, known = self.frame[name], self.types[name]
        if wanted is not None:
            return as_type(column, known, wanted)
        return self.frame.select(shown(pl.col(name)))[name] if known.kind is Kind.ANY else column
