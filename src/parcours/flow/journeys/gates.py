"""What stands in front of activities that do something outside: pauses, consent, quiet hours, caps (section 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.arrivals import RunArrivals
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.pressure.quiet import NEVER as NO_RELEASE
from parcours.flow.journeys.slots import Instants, Slots
from parcours.flow.journeys.versions import PAUSED
from parcours.flow.journeys.work import ADDRESSES

if TYPE_CHECKING:
    from parcours.flow.journeys.moving import Movement


class Gates:
    """Decides which runs may do an activity now; the others are held, taken out, or pass without doing it."""

    def __init__(self, moving: Movement) -> None:
        self._moving = moving
        self._work = moving.work

    def passed(self, runs: RunArrivals) -> RunArrivals:
        """The runs that do the activity."""
        runs = self._paused(runs)
        if runs.mode == "dry":
            self._pass_by(runs, "dry_run")
            return runs.some(np.zeros(len(runs), np.bool_))
        pressed = runs.place.activity.pressed()
        if pressed is None:
            return runs
        channel, sets, transactional = pressed
        if channel and len(runs):
            runs = self._wanted(runs, channel)
        if transactional or not self._work.state.board.sets:
            return runs
        for gate in (self._not_in_quiet, self._within_caps):
            if len(runs):
                runs = gate(runs, channel, sets)
        return runs

    def _paused(self, runs: RunArrivals) -> RunArrivals:
        version = runs.version
        if version.exit_rule is not None:
            out = self._work.holds(version.exit_rule, runs.journey, version, runs.stop, runs.slots, runs.at)
            self._end(runs.some(out), "attribute")
            runs = runs.some(~out)
        if version.status != PAUSED:
            return runs
        if version.discards:
            self._end(runs, "paused")
        else:
            self._hold(runs, np.full(len(runs), NEVER, np.int64), "pause")
        return runs.some(np.zeros(len(runs), np.bool_))

    def _wanted(self, runs: RunArrivals, channel: str) -> RunArrivals:
        """Consent and suppression."""
        consents = self._work.consents(channel, runs.profile)
        suppressed = np.zeros(len(runs), np.bool_)
        activity = runs.place.activity
        if activity.kind in ADDRESSES and len(self._work.state.suppressed):
            addresses = activity.addresses(runs)
            if addresses is None:
                addresses = self._work.addresses(channel, runs.profile)
            if addresses is not None:
                suppressed = self._work.state.suppressed.suppressed(addresses)
        self._pass_by(runs.some(~consents), "no_consent")
        self._pass_by(runs.some(consents & suppressed), "suppressed")
        return runs.some(consents & ~suppressed)

    def _not_in_quiet(self, runs: RunArrivals, channel: str, sets: tuple[str, ...]) -> RunArrivals:
        zones = self._work.people_zones(runs.profile)
        found = self._work.state.board.quiet(sets, channel, runs.at, zones)
        out = found.discard | (found.release == NO_RELEASE)
        self._end(runs.some(out), "quiet_hours")
        later = ~out & (found.release > runs.at)
        self._hold(runs.some(later), found.release[later], "quiet_hours")
        return runs.some(~out & ~later)

    def _within_caps(self, runs: RunArrivals, channel: str, sets: tuple[str, ...]) -> RunArrivals:
        zones = self._work.people_zones(runs.profile)
        fits = self._work.state.board.send(sets, channel, runs.profile, runs.at, zones)
        self._pass_by(runs.some(~fits), "cap")
        return runs.some(fits)

    def reserve(self, journey: Journey, stop: Stop, channel: str, slots: Slots, at: Instants) -> None:
        """Count messages against the caps that they were chosen under."""
        _, sets, transactional = stop.activity.pressed() or ("", (), True)
        if len(slots) and not transactional and self._work.state.board.sets:
            profiles = journey.runs.profile[slots]
            self._work.state.board.send(sets, channel, profiles, at, self._work.people_zones(profiles))

    def _pass_by(self, runs: RunArrivals, why: str) -> None:
        self._moving.go_on(runs.journey, runs.version, runs.place, runs.slots, runs.at, why)

    def _hold(self, runs: RunArrivals, until: NDArray[np.int64], why: str) -> None:
        self._moving.staying.hold(runs.journey, runs.version, runs.place, runs.slots, runs.at, until, why)

    def _end(self, runs: RunArrivals, why: str) -> None:
        self._moving.endings.end(runs.journey, runs.version, runs.place, runs.slots, runs.at, "exited", why)
