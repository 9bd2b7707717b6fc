"""What a tick hands to the journeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import NO_QUALIFICATIONS, Qualifications
from parcours.flow.journeys.activities.base import World
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class JourneyInputs:
    """One tick, seen from the journeys.

    Attributes:
        prev, now: instants of the tick before and of this one; the tick stands for ``prev < t <= now``.
        evaluate: which profiles fulfil a rule, with values as of ``now``.
        attributes: current values of attributes: a frame with exactly these columns, a row per profile, in order.
        profile_ids: external ids of profiles, in order.
        qualifications: this tick's changes of membership; only those with cause ``change`` start runs.
        values: the value of an expression for each profile, as of ``now``.
        events: this tick's events by type, whatever their time: late ones count where they still can,
            those with a time after ``now`` are kept until their time has come.
    """

    prev: int
    now: int
    evaluate: Callable[[Node, NDArray[np.int32]], NDArray[np.bool_]]
    attributes: Callable[[Sequence[str], NDArray[np.int32]], pl.DataFrame]
    profile_ids: Callable[[NDArray[np.int32]], pl.Series]
    values: Callable[[Node, NDArray[np.int32]], pl.Series]
    qualifications: Qualifications = NO_QUALIFICATIONS
    events: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def world(self) -> World:
        """The part that activities may ask."""
        return World(self.now, self.evaluate, self.attributes, self.profile_ids, self.values)
