"""Why somebody is not let in: state and dates of the version, conditions, re-entrance (journeys.md, R2, section 11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.definitions.definition import ENTRY_WHEN
from parcours.flow.journeys.entrants import Entrants
from parcours.flow.journeys.instances import FORGOTTEN
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.pressure.consent import TEST_PROFILE, are_test_profiles
from parcours.flow.journeys.slots import Slots
from parcours.flow.journeys.versions import CLOSED, PAUSED, TESTED, Version
from parcours.flow.journeys.work import Work

#: Ways in that a pause between entries counts for (section 11: not for reads).
_PAUSED_BETWEEN = frozenset({"event", "enter", "exit", "jump", "call"})
#: Reasons that are no refusal everywhere: who is inside may start anew or stand in line, who comes in a pause stand.
ALREADY, PAUSED_NOW = "already_in_journey", "journey_paused"


class Admission:
    """The rules of the versions that notice an entry."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def are_inside(self, journey: Journey, found: Entrants) -> NDArray[np.bool_]:
        """Who has a run of that journey (with the same second identifier) in any version."""
        wanted = self.supplements(journey, found)
        inside = np.zeros(len(found), np.bool_)
        for rows, slots in journey.runs.chains(found.profile):
            on = ~journey.runs.at_rest(slots)
            # J15: an entry at the very instant at which the run before ended comes before that end
            on |= (journey.runs.number[slots] > 0) & (found.at[rows] < journey.runs.ended[slots])
            same = on if wanted is None else on & (journey.runs.supplement[slots] == wanted[rows])
            inside[rows[same]] = True
        return inside

    @staticmethod
    def supplements(journey: Journey, found: Entrants) -> NDArray[np.int32] | None:
        return None if found.supplement is None else journey.runs.numbered(found.supplement)

    def reasons(self, journey: Journey, version: Version, found: Entrants) -> NDArray[np.str_]:
        """Why each is not let in; empty where nothing is against it."""
        reason = np.full(len(found), "", "U24")
        for text, against in (
            (PAUSED_NOW, self._shut(version, found, PAUSED)),
            ("journey_closed", self._shut(version, found, CLOSED)),
            ("before_start", self._before(version, found)),
            ("after_end", self._after(version, found)),
        ):
            reason[(reason == "") & against] = text
        open_ = np.flatnonzero(reason == "")
        if len(open_):
            reason[open_] = self._personal(journey, version, found.some(open_))
        return reason

    @staticmethod
    def _shut(version: Version, found: Entrants, status: str) -> NDArray[np.bool_]:
        return np.full(len(found), version.status == status and not (status == CLOSED and version.ended))

    @staticmethod
    def _before(version: Version, found: Entrants) -> NDArray[np.bool_]:
        opens = version.definition.head.opens
        return np.zeros(len(found), np.bool_) if opens is None else found.at < opens

    @staticmethod
    def _after(version: Version, found: Entrants) -> NDArray[np.bool_]:
        closes = version.definition.head.closes
        return np.full(len(found), version.ended) if closes is None else (found.at >= closes) | version.ended

    def _personal(self, journey: Journey, version: Version, found: Entrants) -> NDArray[np.str_]:
        reason = np.full(len(found), "", "U24")
        if version.status == TESTED:
            tested = are_test_profiles(self._work.of_people([TEST_PROFILE], found.profile)[TEST_PROFILE])
            reason[~tested] = "not_a_test_profile"
        rule = version.definition.rule(ENTRY_WHEN)
        if rule is not None:
            met = self._work.inputs.people.holds(rule, found.profile, self._work.plain(), found.at)
            reason[(reason == "") & ~met] = "entry_condition_not_met"
        reason[(reason == "") & self.are_inside(journey, found)] = ALREADY
        again = self._again(journey, version, found)
        return np.where(reason == "", again, reason)

    def _again(self, journey: Journey, version: Version, found: Entrants) -> NDArray[np.str_]:
        """The rules on entering once more: per key, the pause from the entry of the run before (J16)."""
        reason = np.full(len(found), "", "U24")
        rule, runs = version.definition.reentry, journey.runs
        wanted = self.supplements(journey, found)
        forces = version.rounds is not None and version.rounds.forces
        for rows, slots in runs.chains(found.profile):
            own = (runs.root[slots] == slots) & (runs.number[slots] > 0) & (runs.entered[slots] != FORGOTTEN)
            own &= self._same_mode(journey, version, slots)
            if wanted is not None:
                own &= runs.supplement[slots] == wanted[rows]
            rows, slots = rows[own], slots[own]
            if not rule.allowed and found.way not in ("business_event",) and not forces:
                reason[rows] = "reentrance_not_allowed"
            elif found.way in _PAUSED_BETWEEN:
                reason[rows[found.at[rows] - runs.entered[slots] < rule.pause]] = "reentrance_wait"
        return reason

    @staticmethod
    def _same_mode(journey: Journey, version: Version, slots: Slots) -> NDArray[np.bool_]:
        """Runs of tests do not count for entries that are meant, and the other way round."""
        modes = np.array([known.mode for known in journey.versions])
        same: NDArray[np.bool_] = modes[journey.runs.version[slots]] == version.mode
        return same
