"""The runs that arrive at one activity, as it sees them: what may be asked about each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Type
from parcours.flow.journeys.activities.arriving import JourneySettings as Settings
from parcours.flow.journeys.activities.arriving import Mode, Needs
from parcours.flow.journeys.answers import fields_of
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.slots import Instants, Profiles, Slots
from parcours.flow.journeys.versions import Version
from parcours.flow.journeys.work import HEARD, Work
from parcours.language.functions.samples import shares_of


@dataclass(frozen=True, slots=True)
class RunArrivals:
    """See :class:`parcours.flow.journeys.activities.base.Arrivals`."""

    work: Work
    journey: Journey
    version: Version
    place: Stop
    slots: Slots
    at: Instants

    def __len__(self) -> int:
        return len(self.slots)

    def some(self, which: NDArray[np.bool_]) -> RunArrivals:
        """Some of them."""
        return self if which.all() else replace(self, slots=self.slots[which], at=self.at[which])

    @property
    def profile(self) -> Profiles:
        return self.journey.runs.profile[self.slots]

    @property
    def number(self) -> NDArray[np.int32]:
        return self.journey.runs.number[self.slots]

    @property
    def laps(self) -> NDArray[np.int32]:
        return laps_of(self.journey, self.place, self.slots)

    @property
    def mode(self) -> Mode:
        return self.version.mode

    @property
    def stop(self) -> str:
        return self.place.name

    @property
    def settings(self) -> Settings:
        return self.version.settings

    def holds(self, setting: str, among: NDArray[np.intp] | None = None) -> NDArray[np.bool_]:
        slots, at = (self.slots, self.at) if among is None else (self.slots[among], self.at[among])
        return self.work.holds(self.place.rules[setting], self.journey, self.version, self.stop, slots, at)

    def value(self, setting: str, among: NDArray[np.intp] | None = None) -> pl.Series:
        slots, at = (self.slots, self.at) if among is None else (self.slots[among], self.at[among])
        beside = self.work.beside(self.journey, self.version, self.stop, slots)
        return self.work.inputs.people.values(self.place.rules[setting], self.journey.runs.profile[slots], beside, at)

    def exact(self, setting: str) -> tuple[pl.Series, Type]:
        rule, profiles = self.place.rules[setting], self.journey.runs.profile[self.slots]
        beside = self.work.beside(self.journey, self.version, self.stop, self.slots)
        return self.work.inputs.people.values(rule, profiles, beside, self.at, exact=True), rule.type

    def attributes(self, names: Sequence[str]) -> pl.DataFrame:
        return self.work.attributes(names, self.journey, self.slots)

    def ids(self) -> pl.Series:
        return self.work.inputs.people.ids(self.profile)

    def zones(self) -> tuple[NDArray[np.intp], list[str]]:
        found = self.work.zones(self.version, self.profile)
        return found.codes.astype(np.intp), [*found.names]

    def draw(self, salt: str = "") -> NDArray[np.float64]:
        return shares_of(self.work.inputs.people.hashes(self.profile), self._seed(salt), self.number)

    def draw_person(self, salt: str = "") -> NDArray[np.float64]:
        return shares_of(self.work.inputs.people.hashes(self.profile), self._seed(salt))

    def _seed(self, salt: str) -> str:
        return "/".join((self.version.settings.seed, self.stop, salt))

    def accepts(self, channel: str) -> NDArray[np.bool_]:
        profiles = self.profile
        accepted = self.work.consents(channel, profiles)
        addresses = self.work.addresses(channel, profiles)
        if addresses is not None:
            accepted &= ~self.work.state.suppressed.suppressed(addresses)
        _, sets, transactional = self.place.activity.pressed() or ("", (), False)
        if not transactional and self.mode != "test":
            zones, board = self.work.people_zones(profiles), self.work.state.board
            held = board.quiet(sets, channel, self.at, zones)
            accepted &= (held.release <= self.at) & ~held.discard
            accepted &= board.would_send(sets, channel, profiles, self.at, zones)
        return accepted

    def told(self, signal: str, since: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        return self.work.state.signals.of(signal, self.profile, self.work.inputs.now - since)

    def contents(self, needs: Needs) -> dict[str, pl.DataFrame | pl.Series]:
        parts: dict[str, pl.DataFrame | pl.Series] = {}
        roots = self.journey.runs.root[self.slots]
        if needs.attributes:
            parts["profile"] = self.attributes(sorted(needs.attributes))
        if needs.event:
            heard = self.journey.memory.frame(HEARD, roots)
            names = sorted(needs.event & frozenset(() if heard is None else heard.columns))
            if heard is not None and names:
                parts["event"] = heard.select(names)
        if needs.qualification:
            began = self.work.qualification(self.journey, self.version, self.slots)
            parts["qualification"] = began.select(sorted(needs.qualification & frozenset(began.columns)))
        for head, key in (("event", "events"), ("action", "action"), ("source", "source")):
            shown = self._remembered(head, needs, roots)
            if shown is not None:
                parts[key] = shown
        return parts

    def _remembered(self, head: str, needs: Needs, roots: Slots) -> pl.DataFrame | pl.Series | None:
        frames = {}
        for name in sorted({path[1] for path in needs.given if path[0] == head}):
            frame = self.journey.memory.frame((head, name), roots)
            if frame is not None:
                frames[name] = frame
        if not frames:
            return None
        if head == "event":
            return pl.DataFrame([frame.to_struct(name) for name, frame in frames.items()])
        return self._answered(head, frames, needs)

    @staticmethod
    def _answered(head: str, frames: Mapping[str, pl.DataFrame], needs: Needs) -> pl.Series:
        """The fields of answers that messages show, as texts of JSON objects."""
        parts = []
        for name, frame in frames.items():
            shown = sorted({path[2] for path in needs.given if path[:2] == (head, name) and len(path) > 2})
            parts.append(pl.concat_str(pl.lit(json.dumps(name) + ":"), pl.lit(fields_of(frame, shown))))
        return pl.select(pl.concat_str(pl.lit("{"), pl.concat_str(parts, separator=","), pl.lit("}"))).to_series()


def laps_of(journey: Journey, stop: Stop, slots: Slots) -> NDArray[np.int32]:
    """How often each run has gone back from this loop since it came there."""
    found = journey.memory.column(("laps", stop.name), "count", slots)
    return np.zeros(len(slots), np.int32) if found is None else found.fill_null(0).to_numpy()
