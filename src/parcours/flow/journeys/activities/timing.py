"""How long activities hold, as settings say it and as a test shortens it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import duration
from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.problems import duration_problem

#: How lengths of time are written: ``7 days``, or seconds.
Length: TypeAlias = str | int | float


def length_problems(setting: str, length: Length | None, *, least: int = 1) -> Iterator[ParcoursError]:
    """What is wrong with a length of time that may be absent."""
    if length is not None:
        yield from duration_problem(setting, length, least=least)


def tested(arrivals: Arrivals) -> int | None:
    """How long this activity holds in a test, in microseconds; ``None`` where it holds as it is defined.

    One length for all waits and time-outs, or one of its own for this activity (journeys.md, section 13 and line 31 of
    section 21).
    """
    if arrivals.mode != "test":
        return None
    lengths = arrivals.settings.test_wait
    return lengths.get(arrivals.stop, lengths.get(""))


def deadline(arrivals: Arrivals, timeout: Length | None) -> NDArray[np.int64]:
    """The instant at which each run has waited long enough; without time-out never, also in a test."""
    if timeout is None:
        return np.full(len(arrivals), NEVER, np.int64)
    shortened = tested(arrivals)
    return arrivals.at + np.int64(duration(timeout) if shortened is None else shortened)


def chosen_path(arrivals: Arrivals, labels: tuple[str, ...]) -> int | None:
    """The position of the path that a test takes here by its settings; ``None`` where it does not say."""
    if arrivals.mode != "test":
        return None
    label = arrivals.settings.test_branches.get(arrivals.stop)
    return labels.index(label) if label in labels else None
