"""Runs that are about to arrive somewhere, and which of them goes on first.

Several runs of one person may be on the move at once: of several journeys that heard the same event, or of one that
people may be in several times. They share caps and what they write, so they move one after the other, each as far as
it comes: the higher priority first, then who entered first, then by the ids of journeys (journeys.md, section 21, line
38), then by the numbers of runs. A run that is begun by another one has its turn. People do not meet, so everybody's
first run moves at once, then everybody's second one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.columns import first_of_each
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.slots import Instants, Slots
from parcours.flow.journeys.versions import Version

#: Turn, priority (negative), journey, version, rank of the place in the graph: the least goes on first.
_Key = tuple[int, int, str, int, int]
_Batch = tuple[Journey, Version, int, list[tuple[Slots, Instants]]]
#: Runs that arrive together at a place of a version.
Arriving = tuple[Journey, Version, int, Slots, Instants]


class Ahead:
    """All runs that are about to arrive. Those that are added have the turn of those that were taken last."""

    def __init__(self) -> None:
        self._batches: dict[_Key, _Batch] = {}
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self._batches)

    def add(self, journey: Journey, version: Version, place: int, slots: Slots, at: Instants) -> None:
        """These are about to arrive at a place."""
        if len(slots):
            key = (self._turn, -version.priority, journey.id, version.index, version.plan.rank[place])
            self._batches.setdefault(key, (journey, version, place, []))[3].append((slots, at))

    def take(self) -> Arriving:
        """Those who arrive next."""
        first = min(self._batches)
        self._turn = first[0]
        journey, version, place, parts = self._batches.pop(first)
        return (journey, version, place, *_joined(parts))

    def take_turns(self) -> None:
        """Everybody's runs that are ahead now take turns, whatever was before."""
        batches, self._batches = self._batches, {}
        together = [(*batch[:3], *_joined(batch[3])) for batch in batches.values()]
        for (journey, version, place, slots, at), turns in zip(together, _turns(together), strict=True):
            for self._turn in [0] if turns is None else np.unique(turns).tolist():
                mine = slice(None) if turns is None else turns == self._turn
                self.add(journey, version, place, slots[mine], at[mine])
        self._turn = 0


def _joined(parts: list[tuple[Slots, Instants]]) -> tuple[Slots, Instants]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([slots for slots, _ in parts]), np.concatenate([at for _, at in parts])


def _turns(together: list[Arriving]) -> Iterator[NDArray[np.intp] | None]:
    """For each batch how many runs of the same person go before each; ``None``: none at all."""
    journeys = {journey.number: journey for journey, *_ in together}
    nothing = (None for _ in together)
    if len(journeys) == 1 and not next(iter(journeys.values())).many_runs:
        return nothing
    profile = np.concatenate([journey.runs.profile[slots] for journey, _, _, slots, _ in together])
    ordered = np.sort(profile)
    repeated = np.unique(ordered[~first_of_each(ordered)])
    if not len(repeated):
        return nothing
    sizes = [len(slots) for *_, slots, _ in together]
    names = sorted(journey.id for journey in journeys.values())
    rival = np.flatnonzero(np.isin(profile, repeated))
    priority = np.repeat([-version.priority for _, version, *_ in together], sizes)[rival]
    name = np.repeat([names.index(journey.id) for journey, *_ in together], sizes)[rival]
    columns = [np.concatenate([getattr(j.runs, column)[s] for j, _, _, s, _ in together]) for column in _OF_RUNS]
    entered, number = (column[rival] for column in columns)
    keys = (number, name, entered, priority, profile[rival])
    order = np.lexsort(keys)
    runs = np.stack([key[order] for key in keys])
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (runs[:, 1:] != runs[:, :-1]).any(axis=0)  # branches of one run go together
    starts = first_of_each(runs[4])
    count = np.cumsum(fresh)
    turn = np.zeros(len(profile), np.intp)
    turn[rival[order]] = count - np.maximum.accumulate(np.where(starts, count, 0))
    return iter(np.split(turn, np.cumsum(sizes)[:-1]))


_OF_RUNS = ("entered", "number")
