"""The values of an expression for an array of profiles: what a message shows, when a wait ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from parcours.kernel.beside import NOTHING, Beside
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, MemberOf, blocks, columns
from parcours.kernel.reading import Moment
from parcours.kernel.rows import Int64s, Profiles


def values(
    rule: Compiled,
    book: FeatureBook,
    profiles: Profiles,
    now: int,
    member: MemberOf,
    beside: Beside = NOTHING,
    clock: Int64s | None = None,
    *,
    exact: bool = False,
) -> pl.Series:
    """The value of an expression for each profile, in order; null where evaluation fails.

    A profile may be given several times. ``beside`` is what the expression reads besides features, and ``clock`` an
    instant for each row that is ``Now`` there. Values of unknown type are texts for people or, if ``exact``, say
    what they are (``core/untyped.py``).
    """
    chosen = rule.exact if exact else rule.expression
    moment = Moment(now, clock=clock)
    parts = [
        _of_block(rule, chosen, book, profiles[rows], own, member, some)
        for rows, own, some in blocks(len(profiles), moment, beside)
    ]
    return pl.concat(parts) if parts else _of_block(rule, chosen, book, profiles, moment, member, beside)


def _of_block(
    rule: Compiled,
    chosen: pl.Expr,
    book: FeatureBook,
    profiles: Profiles,
    moment: Moment,
    member: MemberOf,
    beside: Beside,
) -> pl.Series:
    height = pl.Series("height", np.empty(len(profiles), np.bool_))  # for an expression that reads no column
    table = pl.DataFrame([height, *columns([rule], book, profiles, moment, member, beside)])
    return table.select("height", value=chosen)["value"]


def attributes(names: Sequence[str], book: FeatureBook, profiles: Profiles, beside: Beside = NOTHING) -> pl.DataFrame:
    """The current values of attributes, one row per profile given, those set within the tick included."""
    found = [(name, book.attributes.get(name, profiles)) for name in names]
    return pl.DataFrame([beside.laid_over(name, profiles, column).alias(name) for name, column in found])
