"""Percentage split: sends each run along one of several paths, in given shares (journeys.md, section 5).

The draw is a stable hash of journey, version, activity, person and run, so that a replay gives the same path (J6).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, everyone
from parcours.flow.journeys.activities.calls import answered_number
from parcours.flow.journeys.activities.paths import LabelledPath, labels, path_edges, path_problems
from parcours.flow.journeys.activities.seats import ask_for_seat
from parcours.flow.journeys.activities.timing import chosen_path
from parcours.flow.journeys.problems import wrong_value

#: The longest round of an exact split: shares down to a hundredth of a percent.
_LONGEST = 10_000
#: By how much the shares may miss 100 percent, so that three thirds are a whole.
_TOLERANCE = Fraction(1, 10**6)


class Share(LabelledPath, frozen=True, kw_only=True):
    """One path: the share of the runs that take it, in percent."""

    percent: float


class Split(Activity, frozen=True, kw_only=True):
    """Paths with shares that make 100 percent together.

    Each run is drawn anew; with ``sticky`` a person takes the same path in every run. With ``exact`` the shares hold
    not on average, but to within one run on each path at any moment: runs then wait for their number, which takes a
    tick. A test takes the top path, or the one that its settings name (section 13).
    """

    kind: ClassVar[str] = "split"

    paths: tuple[Share, ...]
    sticky: bool = False
    exact: bool = False

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from path_problems(self.paths, "paths: [{label: A, percent: 50, to: a}, {label: B, percent: 50, to: b}]")
        wrong = [index for index, path in enumerate(self.paths) if not 0 <= path.percent <= 100]
        for index in wrong:
            yield wrong_value(f"paths[{index}].percent", "expected percent, from 0 to 100")
        if self.paths and not wrong:
            yield from self._sum_problems()
        if self.exact and self.sticky:
            yield wrong_value("exact", "a split is either exact or sticky: shares of persons that come back vary")

    def _sum_problems(self) -> Iterator[ParcoursError]:
        total = sum(self._shares(), Fraction(0))
        if abs(total - 100) > (Fraction(0) if self.exact else _TOLERANCE):
            yield wrong_value("paths", f"the shares make {float(total):g} percent, not 100")
        elif self.exact and _round(self._shares()) > _LONGEST:
            yield wrong_value("exact", "exact shares may have two digits behind the point")

    def _shares(self) -> tuple[Fraction, ...]:
        """The shares in percent, as they are written."""
        return tuple(Fraction(repr(path.percent)) for path in self.paths)

    def edges(self) -> tuple[Edge, ...]:
        return path_edges(self.paths)

    def step(self, arrivals: Arrivals) -> Moves:
        if arrivals.mode == "test":
            return Moves(everyone(arrivals, chosen_path(arrivals, labels(self.paths)) or 0))
        if self.exact and arrivals.mode == "live":
            return ask_for_seat(arrivals, None)
        return Moves(self._drawn(arrivals))

    def _drawn(self, arrivals: Arrivals) -> NDArray[np.int16]:
        draw = arrivals.draw_person() if self.sticky else arrivals.draw()
        ends = np.cumsum([path.percent for path in self.paths]) / 100
        found = np.searchsorted(ends, draw, side="right")
        last = max(index for index, path in enumerate(self.paths) if path.percent)
        return np.minimum(found, last).astype(np.int16)  # the shares may make a little less than 1

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        number, order = answered_number(answers, "number"), _order(self._shares())
        return Moves(np.where(number >= 0, order[number % len(order)], self._drawn(arrivals)).astype(np.int16))


def _round(shares: tuple[Fraction, ...]) -> int:
    """The smallest number of runs that the shares divide without rest."""
    return lcm(*((share / 100).denominator for share in shares))


@lru_cache(maxsize=256)
def _order(shares: tuple[Fraction, ...]) -> NDArray[np.int16]:
    """The path of each run of a round.

    After any number of runs each path has had its share of them to within one, at the end of the round exactly. So
    of the paths that may have another run without being ahead by one, that is next which must have it soonest.
    """
    length = _round(shares)
    parts = np.array([int(share * length / 100) for share in shares])
    had = np.zeros(len(shares), np.int64)
    order = np.empty(length, np.int16)
    for place in range(length):
        due = (had + 1) * length // np.maximum(parts, 1)
        due[had * length >= parts * (place + 1)] = 2 * length * length
        order[place] = due.argmin()
        had[order[place]] += 1
    return order
