"""The hour at which a person tends to open or click messages, learnt from what the person did.

The score of an hour of the day is how often the person did so at that hour, in local time, over the last sixteen
weeks, with a part of what happened in the two hours beside it; below it lies what is known of people in general, which
decides where a person did nothing yet and is outweighed by two or three signals. Everything depends on this person
alone, so that the same history gives the same hour whoever else is there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import HOUR, WEEK
from parcours.flow.journeys.activities.local import Instants, Zones, pick, to_local

#: How far back signals count: as in journeys.md, section 6.
MEMORY = 16 * WEEK
#: How people in general are spread over the hours of the day: mornings before noon, and an evening.
USUAL = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 10, 11, 9, 8, 8, 8, 7, 7, 7, 8, 9, 10, 8, 5, 2], np.float64)
#: How many signals the usual day weighs as much as.
_STRENGTH = 2.0
_BESIDE = 0.25


def best_hour(at: Instants, zones: Zones, signals: tuple[NDArray[np.intp], Instants], within: int) -> Instants:
    """For each run the instant from ``at`` to ``within`` later that begins the best hour, or ``at`` itself when that
    lies in it. Of hours that are as good the first.

    Args:
        at, zones: instants of arrival, and the zone of each.
        signals: position of the run, and instant, of each thing that its person did.
        within: how long a run may wait at most, microseconds.
    """
    scores = _scores(len(at), zones, *signals)
    local = to_local(at, zones)
    first = at - (local - local // HOUR * HOUR)  # the beginning of the hour
    best, due = np.full(len(at), -1.0), at.copy()
    runs = np.arange(len(at))
    for ahead in range(min(within // HOUR + 1, 24) + 1):
        begin = np.maximum(first + ahead * HOUR, at)
        hour = to_local(begin, zones) // HOUR % 24
        score = np.where(begin - at <= within, scores[runs, hour], -1.0)
        better = score > best
        best[better], due[better] = score[better], begin[better]
    return due


def _scores(count: int, zones: Zones, run: NDArray[np.intp], instants: Instants) -> NDArray[np.float64]:
    """A row of 24 scores per run."""
    heard = np.zeros((count, 24))
    if len(run):
        np.add.at(heard, (run, to_local(instants, pick(zones, run)) // HOUR % 24), 1.0)
        heard += _BESIDE * (np.roll(heard, 1, axis=1) + np.roll(heard, -1, axis=1))
    scores: NDArray[np.float64] = heard + _STRENGTH * USUAL / USUAL.sum()
    return scores
