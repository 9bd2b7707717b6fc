"""People who may enter a journey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.columns import rank_within
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.rows import matching
from parcours.flow.journeys.slots import Instants, Profiles
from parcours.flow.journeys.versions import Version
from parcours.flow.journeys.work import HEARD
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class Entrants:
    """People who may enter a journey, as columns of equal length; each profile is there once.

    Attributes:
        way: how they come, one of :data:`WAYS`.
        supplement: the second identifier of each, ``None`` where the journey has none.
        heard: what their runs will remember: rows by root.
        event_id: what the entry row says beside the outcome, per person.
        detail: the same for all.
    """

    profile: Profiles
    at: Instants
    way: str
    supplement: pl.Series | None = None
    heard: tuple[tuple[Root, pl.DataFrame], ...] = ()
    event_id: pl.Series | None = None
    detail: str | None = None

    def __len__(self) -> int:
        return len(self.profile)

    def some(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Entrants:
        """Some of them: a mask, or positions."""
        rows = np.flatnonzero(which) if which.dtype == np.bool_ else which
        if len(rows) == len(self.profile):
            return self
        places = pl.Series(rows)
        return Entrants(
            self.profile[rows],
            self.at[rows],
            self.way,
            None if self.supplement is None else self.supplement.gather(places),
            tuple((root, frame[rows]) for root, frame in self.heard),
            None if self.event_id is None else self.event_id.gather(places),
            self.detail,
        )


def roots_of(version: Version, event: str) -> list[Root]:
    """Under what the payload of an event is remembered."""
    return [root for root in (("event", event), HEARD) if root in version.plan.wanted]


def which_meet(rule: Node | None, payload: pl.DataFrame | None, count: int) -> NDArray[np.bool_]:
    """Which of ``count`` payloads meet a rule about the event that they stand for; what they lack is null."""
    if rule is None or not count:
        return np.ones(count, np.bool_)
    return matching(rule, pl.DataFrame({"_none": np.zeros(count, np.int8)}) if payload is None else payload)


def second_identifiers(version: Version, payload: pl.DataFrame | None, count: int) -> pl.Series | None:
    """The second identifiers in the payload that a journey is started with; ``None`` where it has none."""
    named = version.definition.entry.supplemental
    if named is None:
        return None
    if payload is None or named not in payload.columns:
        return pl.repeat(None, count, dtype=pl.String, eager=True)
    return payload[named].cast(pl.String)


def turns(profiles: Profiles) -> NDArray[np.int64]:
    """How often each profile was there before."""
    order = np.argsort(profiles, kind="stable")
    turns = np.empty(len(profiles), np.int64)
    turns[order] = rank_within(profiles[order])
    return turns
