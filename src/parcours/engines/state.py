"""Everything a tick starts from: features, memberships, runs of journeys, and who exists."""

from __future__ import annotations

import numpy as np
import polars as pl

from parcours.core.schema import Schema
from parcours.flow.journeys.stage import JourneyStage
from parcours.flow.segments.stage import SegmentStage
from parcours.kernel.book import FeatureBook
from parcours.kernel.rows import Bools, Profiles


class State:
    """The state between two ticks. A tick consumes it: it changes in place and is handed on.

    Attributes:
        tick: number of the last tick, 0 before the first.
        now: instant of the last tick, ``None`` before the first.
        alive: per profile number whether it is somebody (known and not erased).
    """

    def __init__(self, schema: Schema | None = None) -> None:
        self.tick = 0
        self.now: int | None = None
        self.book = FeatureBook(schema or Schema())
        self.segments = SegmentStage(self.book)
        self.journeys = JourneyStage()
        self.profiles = 0
        self.alive: Bools = np.zeros(0, np.bool_)
        self._ids = pl.Series("_profile_id", [], dtype=pl.String)

    @property
    def schema(self) -> Schema:
        return self.book.schema

    def ids(self, profiles: Profiles) -> pl.Series:
        """The external id of each of these profiles; null for erased ones."""
        return self._ids.gather(pl.Series(profiles))

    def add_profiles(self, new: pl.DataFrame) -> None:
        """Make these profiles known; their numbers follow the known ones without a gap."""
        if not new.height:
            return
        new = new.sort("_profile")
        if new["_profile"][0] != self.profiles:
            raise ValueError(f"profile numbers must go on at {self.profiles}, not {new['_profile'][0]}")
        self.profiles += new.height
        self._ids = self._ids.append(new["_profile_id"])
        if self._ids.n_chunks() > 64:
            self._ids = self._ids.rechunk()
        self.book.resize(self.profiles)
        self.segments.resize(self.profiles)
        self.alive = np.append(self.alive, np.ones(new.height, np.bool_))

    def erase(self, profiles: Profiles) -> None:
        """Forget everything about these profiles but their numbers."""
        if len(profiles):
            self.book.erase(profiles)
            self.segments.bits.clear(profiles)
            self.journeys.erase(profiles)
            self.alive[profiles] = False
            self._ids = self._ids.scatter(pl.Series(profiles), None)  # type: ignore[arg-type]
