"""Who hears what happens, and in what order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.earlier import FREE
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Ear
from parcours.flow.journeys.slots import Instants, Profiles, Slots
from parcours.flow.journeys.versions import RUNNING, Version


def in_turn(journeys: list[Journey], profiles: Profiles) -> Iterator[tuple[Journey, NDArray[np.intp] | slice]]:
    """Journeys in the order in which they hear what happened, each with the positions of those for whom it is its
    turn: by priority, then by how long each of them has been inside, then by id (section 21, line 38)."""
    for _, equals in groupby(sorted(journeys, key=lambda each: each.precedence), lambda each: each.precedence[0]):
        group = list(equals)
        order = np.arange(len(group))[:, None]
        if len(group) > 1:
            order = np.argsort([journey.runs.since(profiles) for journey in group], axis=0, kind="stable")
        if (order == np.arange(len(group))[:, None]).all():
            yield from ((journey, slice(None)) for journey in group)
            continue
        for turn in order:
            for index, journey in enumerate(group):
                mine = np.flatnonzero(turn == index)
                if len(mine):
                    yield journey, mine


def listening(
    journey: Journey,
    version: Version,
    ears: list[Ear],
    who: NDArray[np.intp],
    slots: Slots,
    at: Instants,
) -> Iterator[tuple[Ear, NDArray[np.intp], NDArray[np.bool_]]]:
    """For each ear the positions of runs that stand there, listen, and are not gone; and who is gone, where those
    are to be noted that it lets go: one thing moves a run one step, and the upper ear of a place comes first."""
    runs = journey.runs
    if not ears or version.status not in RUNNING:
        return
    here = (runs.version[slots] == version.index) & (runs.held[slots] == FREE)
    timely = here & (at[who] >= runs.arrived[slots]) & (at[who] <= runs.due[slots])
    stand = runs.place[slots]
    gone = np.zeros(len(slots), np.bool_)
    for ear in ears:
        mine = np.flatnonzero(timely & (stand == ear.place) & ~gone)
        if len(mine):
            yield ear, mine, gone
