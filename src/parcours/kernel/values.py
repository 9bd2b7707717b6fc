"""The values of an expression for an array of profiles: what a message shows, when a wait ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import BLOCK, Compiled, MemberOf, Moment, columns
from parcours.kernel.rows import Profiles


def values(rule: Compiled, book: FeatureBook, profiles: Profiles, now: int, member: MemberOf) -> pl.Series:
    """The value of an expression for each profile, in order; null where evaluation fails."""
    blocks = range(0, max(1, len(profiles)), BLOCK)
    parts = [_of_block(rule, book, profiles[start : start + BLOCK], Moment(now), member) for start in blocks]
    return parts[0] if len(parts) == 1 else pl.concat(parts)


def _of_block(rule: Compiled, book: FeatureBook, profiles: Profiles, moment: Moment, member: MemberOf) -> pl.Series:
    height = pl.Series("height", np.empty(len(profiles), np.bool_))  # for an expression that reads no column
    table = pl.DataFrame([height, *columns([rule], book, profiles, moment, member)])
    return table.select("height", value=rule.expression)["value"]
