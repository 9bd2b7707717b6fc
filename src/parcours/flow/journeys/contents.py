"""What messages show: values as of the tick that decides them, written as JSON when the tick is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from parcours.core.deferred import Deferred
from parcours.flow.journeys.columns import json_of


@dataclass(frozen=True, slots=True)
class Contents(Deferred):
    """The values of some messages, a row each.

    Attributes:
        count: how many messages.
        parts: by name what will be an object of its own in the JSON: a column for each of its fields, or a column
            of texts that are JSON already.
    """

    count: int
    parts: Mapping[str, pl.DataFrame | pl.Series]

    @property
    def height(self) -> int:
        return self.count

    @classmethod
    def together(cls, parts: Sequence[Contents]) -> pl.DataFrame:
        """Column ``content``: one JSON object per message, for example ``{"profile":{…},"event":{…}}``."""
        alike: dict[tuple[object, ...], list[int]] = {}
        for place, part in enumerate(parts):
            alike.setdefault(part._shape(), []).append(place)
        texts = [_joined([parts[place] for place in places]) for places in alike.values()]
        row = np.repeat(np.arange(len(parts)), [part.count for part in parts])
        rows = np.concatenate([np.flatnonzero(np.isin(row, places)) for places in alike.values()])
        return pl.concat(texts).gather(np.argsort(rows)).alias("content").to_frame()

    def _shape(self) -> tuple[object, ...]:
        """Equal where the parts can be put one below the other."""
        return tuple(
            (name, tuple(part.schema.items()) if isinstance(part, pl.DataFrame) else None)
            for name, part in self.parts.items()
        )


def _joined(some: Sequence[Contents]) -> pl.Series:
    """The texts of contents of one shape."""
    count = sum(part.count for part in some)
    parts = {name: _json([part.parts[name] for part in some], count) for name in some[0].parts}
    if not parts:
        return pl.repeat("{}", count, dtype=pl.String, eager=True)
    texts = [pl.concat_str(pl.lit(f'"{name}":'), pl.col(name)) for name in parts]
    joined = pl.concat_str(pl.lit("{"), pl.concat_str(*texts, separator=","), pl.lit("}"))
    return pl.DataFrame(parts).select(content=joined).to_series()


def _json(parts: Sequence[pl.DataFrame | pl.Series], count: int) -> pl.Series:
    frames = [part for part in parts if isinstance(part, pl.DataFrame)]
    if frames:
        return json_of(pl.concat(frames), count)
    return pl.concat([part for part in parts if isinstance(part, pl.Series)])
