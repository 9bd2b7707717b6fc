"""What rules read of the profiles, as columns: features and attributes at a moment, with what counts in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.kernel.attributes import AttributeChange
from parcours.kernel.beside import NOTHING, Beside
from parcours.kernel.book import FeatureBook
from parcours.kernel.dates import dates_inside
from parcours.kernel.rows import Int64s, Profiles
from parcours.kernel.windows import bounds, bounds_at
from parcours.language.tree import Attribute, InWindow, Node
from parcours.language.window_kinds import Window


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is evaluated: at ``now`` for everybody, or at one instant per profile of the tick just done.

    ``undo`` are the attribute changes of the tick, to be seen only from their own instants on. With ``clock`` there is
    an instant for each row that is ``Now`` there, while features are read as they are at ``now``.
    """

    now: int
    instants: Int64s | None = None
    undo: Sequence[AttributeChange] = field(default=())
    clock: Int64s | None = None

    @property
    def own(self) -> Int64s | None:
        """The instant of each row, where they have instants of their own."""
        return self.clock if self.instants is None else self.instants

    def at(self, places: slice | NDArray[np.intp]) -> Moment:
        """The same for some of the rows."""
        instants, clock = (None if some is None else some[places] for some in (self.instants, self.clock))
        return Moment(self.now, instants, self.undo, clock)


def feature_column(book: FeatureBook, leaf: Node, profiles: Profiles, moment: Moment, beside: Beside) -> pl.Series:
    """The column of a leaf that features are kept for; a window over an attribute sees the values in its place."""
    column = book.column(leaf, profiles, moment.instants)
    if beside is NOTHING or not (isinstance(leaf, InWindow) and isinstance(leaf.value, Attribute)):
        return column
    found = beside.replaced(leaf.value.path[0], profiles)
    if found is None:
        return column
    which, values = found
    inside = dates_inside(leaf, values, *edges(leaf.window, moment))
    return pl.Series(np.where(which, inside, column.to_numpy()))


def attribute_column(book: FeatureBook, name: str, profiles: Profiles, moment: Moment, beside: Beside) -> pl.Series:
    """The column of an attribute at the moment, with the values that count in its place."""
    column = book.attributes.get(name, profiles)
    if beside is not NOTHING:
        column = beside.laid_over(name, profiles, column)
    if moment.instants is None:
        return column
    for change in reversed([change for change in moment.undo if change.attribute == name]):
        order = np.argsort(change.profiles)
        place = np.searchsorted(change.profiles[order], profiles)
        place = order[np.minimum(place, len(order) - 1)]
        earlier = (change.profiles[place] == profiles) & (moment.instants < change.instants[place])
        column = change.before.gather(pl.Series(place)).zip_with(pl.Series(earlier), column)
    return column


def now_column(count: int, moment: Moment) -> pl.Series:
    """The instant of evaluation of so many rows."""
    instants = pl.repeat(moment.now, count, eager=True) if moment.own is None else pl.Series(moment.own)
    return instants.cast(pl.Datetime("us", "UTC"))


def edge_columns(window: Window, count: int, moment: Moment) -> tuple[pl.Series, pl.Series]:
    """Both edges of a window, in microseconds, for so many rows."""
    lo, hi = edges(window, moment)
    if isinstance(lo, int) or isinstance(hi, int):
        return pl.repeat(lo, count, eager=True), pl.repeat(hi, count, eager=True)
    return pl.Series(lo), pl.Series(hi)


def edges(window: Window, moment: Moment) -> tuple[Int64s | int, Int64s | int]:
    return bounds(window, moment.now) if moment.own is None else bounds_at(window, moment.own)
