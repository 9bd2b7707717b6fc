"""Date attributes as rows of streams, so that windows over them are features like others."""

from __future__ import annotations

import numpy as np
import polars as pl

from parcours.kernel.keys import keys_of
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows
from parcours.kernel.streams import StreamSpec
from parcours.language.tree import InWindow


def _spread(profiles: Profiles, values: pl.Series) -> tuple[Profiles, pl.Series]:
    """The elements of lists, each with the profile that it belongs to."""
    if not isinstance(values.dtype, pl.List):
        return profiles, values
    counts = values.list.len().fill_null(0).to_numpy()
    return profiles.repeat(counts), values.explode(empty_as_null=False, keep_nulls=False)


def date_rows(spec: StreamSpec, profiles: Profiles, values: pl.Series) -> Rows:
    """The rows of a stream over a date attribute, or over dates within one."""
    profiles, values = _spread(profiles, values)
    for name in spec.event[1:].split(".")[1:]:
        profiles, values = _spread(profiles, values.struct.field(name))
    known = values.is_not_null()
    instants = values.filter(known).cast(pl.Datetime("us")).to_physical().to_numpy()
    return Rows(profiles[known.to_numpy()], instants)


def dates_inside(leaf: InWindow, values: pl.Series, lo: Int64s | int, hi: Int64s | int) -> Bools:
    """Whether each of these values of a date attribute lies in a window with these edges: as its feature would say."""
    rows = date_rows(keys_of(leaf)[0][0], np.arange(len(values), dtype=np.int32), values)
    los, his = (edge if isinstance(edge, int) else edge[rows.profiles] for edge in (lo, hi))
    found = np.zeros(len(values), np.bool_)
    found[rows.profiles[(rows.times > los) & (rows.times <= his)]] = True
    return found
