"""Who is let in: changes of membership against the entry and re-entry rules (journeys.md, sections 8 and 11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parcours.core.facts import Qualifications
from parcours.flow.journeys.columns import rank_within
from parcours.flow.journeys.definitions import Entry, Reentry
from parcours.flow.journeys.instances import DIRECTIONS, NONE, RunTable

#: Reasons of a discard, by their code; code 0 is no reason: let in.
REASONS = (
    "",
    "behaviour_mismatch",
    "already_in_journey",
    "reentrance_not_allowed",
    "reentrance_wait",
    "journey_closed",
)
ADMITTED, MISMATCH, INSIDE, ONCE, TOO_EARLY, SHUT = range(6)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Changes that may start a run, in order of profile and time: columns of equal length.

    ``direction`` is an index into ``DIRECTIONS``; ``turn`` counts the changes of one profile from 0.
    """

    profile: NDArray[np.int32]
    at: NDArray[np.int64]
    direction: NDArray[np.int8]
    turn: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.profile)

    def __getitem__(self, which: NDArray[np.bool_]) -> Candidates:
        return Candidates(self.profile[which], self.at[which], self.direction[which], self.turn[which])


def changes_of(segment: str, qualifications: Qualifications) -> Candidates | None:
    """The changes of a segment that happened by themselves; first evaluations, edits and erasing start nothing.

    ``None`` where there are none.
    """
    kinds = [code for code, kind in enumerate(qualifications.kinds) if kind[0] == segment and kind[3] == "change"]
    rows = np.flatnonzero(np.isin(qualifications.kind, kinds)) if kinds else ()
    if not len(rows):
        return None
    profile, at = qualifications.profile[rows], qualifications.effective[rows]
    order = np.lexsort((at, profile))
    left = np.array([kind[2] != "realized" for kind in qualifications.kinds], np.int8)
    direction = left[qualifications.kind[rows]][order]
    return Candidates(profile[order], at[order], direction, rank_within(profile[order]))


def decide(found: Candidates, table: RunTable, entry: Entry, reentry: Reentry, *, closed: bool) -> NDArray[np.int8]:
    """For each change (one per profile) the index of its reason in :data:`REASONS`; 0 lets it in.

    A change at the very instant at which the run before ended comes before that end (J15), so it is dropped;
    so is one with a time before that end that became known only now. The pause counts from the entry of the run
    before (J16), and a change exactly one pause after it is let in.
    """
    if closed:
        return np.full(len(found), SHUT, np.int8)
    reason = np.zeros(len(found), np.int8)
    admits = np.array([entry.admits(direction) for direction in DIRECTIONS])
    slots = table.slots_of(found.profile)
    been = np.flatnonzero(slots != NONE)
    slot, at = slots[been], found.at[been]
    early = np.where(at - table.entered[slot] < reentry.pause, TOO_EARLY, ADMITTED)
    reason[been] = np.where(at <= table.ended[slot], INSIDE, early if reentry.allowed else np.full(len(been), ONCE))
    reason[~admits[found.direction]] = MISMATCH
    return reason
