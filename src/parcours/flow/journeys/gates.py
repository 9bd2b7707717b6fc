"""What stands in front of activities that do something outside: pauses, consent, quiet hours, caps (section 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.instances import Instants, Slots
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.pressure.quiet import NEVER as NO_RELEASE
from parcours.flow.journeys.versions import PAUSED, Version
from parcours.flow.journeys.work import ADDRESSES, RunArrivals

if TYPE_CHECKING:
    from parcours.flow.journeys.moving import Movement


class Gates:
    """Decides which runs may do an activity now; the others are held, taken out, or pass without doing it."""

    def __init__(self, moving: Movement) -> None:
        self._moving = moving
        self._work = moving.work

    def passed(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants
    ) -> tuple[Slots, Instants]:
        """The runs that do the activity, and when."""
        slots, at = self._paused(journey, version, stop, slots, at)
        if version.mode == "dry":
            self._moving.go_on(journey, version, stop, slots, at, "dry_run")
            return slots[:0], at[:0]
        pressed = stop.activity.pressed()
        if pressed is None or not len(slots):
            return slots, at
        channel, sets, transactional = pressed
        for gate in (self._unwanted, self._quiet, self._capped):
            if len(slots) and (gate == self._unwanted or not transactional):
                slots, at = gate(journey, version, stop, slots, at, channel, sets)
        return slots, at

    def _paused(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants
    ) -> tuple[Slots, Instants]:
        if version.exit_rule is not None:
            out = self._work.holds(version.exit_rule, journey, version, stop.name, slots, at)
            self._moving.endings.end(journey, version, stop, slots[out], at[out], "exited", "attribute")
            slots, at = slots[~out], at[~out]
        if version.status != PAUSED:
            return slots, at
        if version.discards:
            self._moving.endings.end(journey, version, stop, slots, at, "exited", "paused")
        else:
            self._moving.hold(journey, version, stop, slots, at, np.full(len(slots), NEVER, np.int64), "pause")
        return slots[:0], at[:0]

    def _unwanted(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        slots: Slots,
        at: Instants,
        channel: str,
        sets: tuple[str, ...],
    ) -> tuple[Slots, Instants]:
        """Consent and suppression."""
        if not channel:
            return slots, at
        profiles = journey.runs.profile[slots]
        consents = self._work.consents(channel, profiles)
        suppressed = np.zeros(len(slots), np.bool_)
        if stop.activity.kind in ADDRESSES and len(self._work.state.suppressed):
            addresses = stop.activity.addresses(RunArrivals(self._work, journey, version, stop, slots, at))
            if addresses is None:
                addresses = self._work.addresses(channel, profiles)
            if addresses is not None:
                suppressed = self._work.state.suppressed.suppressed(addresses)
        self._pass_by(journey, version, stop, slots, at, ~consents, "no_consent")
        self._pass_by(journey, version, stop, slots, at, consents & suppressed, "suppressed")
        wanted = consents & ~suppressed
        return slots[wanted], at[wanted]

    def _quiet(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        slots: Slots,
        at: Instants,
        channel: str,
        sets: tuple[str, ...],
    ) -> tuple[Slots, Instants]:
        if not self._work.state.board.sets:
            return slots, at
        zones = self._work.people_zones(journey.runs.profile[slots])
        found = self._work.state.board.quiet(sets, channel, at, zones)
        out = found.discard | (found.release == NO_RELEASE)
        self._moving.endings.end(journey, version, stop, slots[out], at[out], "exited", "quiet_hours")
        later = ~out & (found.release > at)
        self._moving.hold(journey, version, stop, slots[later], at[later], found.release[later], "quiet_hours")
        now = ~out & ~later
        return slots[now], at[now]

    def _capped(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        slots: Slots,
        at: Instants,
        channel: str,
        sets: tuple[str, ...],
    ) -> tuple[Slots, Instants]:
        if not self._work.state.board.sets:
            return slots, at
        profiles = journey.runs.profile[slots]
        zones = self._work.people_zones(profiles)
        fits = self._work.state.board.send(sets, channel, profiles, at, zones)
        self._pass_by(journey, version, stop, slots, at, ~fits, "cap")
        return slots[fits], at[fits]

    def reserve(self, journey: Journey, stop: Stop, channel: str, slots: Slots, at: Instants) -> None:
        """Count messages against the caps that they were chosen under."""
        _, sets, transactional = stop.activity.pressed() or ("", (), True)
        if len(slots) and not transactional and self._work.state.board.sets:
            profiles = journey.runs.profile[slots]
            self._work.state.board.send(sets, channel, profiles, at, self._work.people_zones(profiles))

    def _pass_by(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        slots: Slots,
        at: Instants,
        which: NDArray[np.bool_],
        why: str,
    ) -> None:
        self._moving.go_on(journey, version, stop, slots[which], at[which], why)
