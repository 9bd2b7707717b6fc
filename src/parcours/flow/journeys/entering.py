"""Who is let in: entries against the rules of the version that notices them (journeys.md, R2 and section 11)."""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.admission import ALREADY, PAUSED_NOW, Admission
from parcours.flow.journeys.definitions.definition import ENTRY_WHERE
from parcours.flow.journeys.entrants import Entrants, roots_of, second_identifiers, turns, which_meet
from parcours.flow.journeys.in_line import PAUSED_LINE, Line
from parcours.flow.journeys.instances import FORGOTTEN, WAYS
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.moving import BEGUN, REFUSED, SKIPPED, Movement
from parcours.flow.journeys.pressure.board import ADMITTED, REASONS
from parcours.flow.journeys.pressure.consent import TEST_PROFILE, are_test_profiles
from parcours.flow.journeys.pressure.look_ahead import Upcoming
from parcours.flow.journeys.slots import NONE, Instants, Profiles, Slots
from parcours.flow.journeys.typed import Values
from parcours.flow.journeys.versions import OVER, TESTED, Version
from parcours.flow.journeys.work import QUALIFIED
from parcours.language.functions.samples import shares_of

#: Ways in that are changes of membership.
_CHANGES = frozenset({"enter", "exit"})


class Doors:
    """Lets people into journeys.

    Attributes:
        line: those who wait until they are no longer inside.
        rules: why somebody is not let in.
    """

    def __init__(self, moving: Movement) -> None:
        self._moving = moving
        self._work = moving.work
        self.rules = Admission(moving.work)
        moving.jump = self.jump
        self.line = Line(self)
        moving.endings.told.append(self.line.call_up)

    # --- the ways in -------------------------------------------------------------------------------

    def enter(self, journey: Journey, version: Version, found: Entrants) -> tuple[NDArray[np.bool_], Slots]:
        """Let those in who may come: which of ``found`` began a run, and their slots (``NONE`` of the others)."""
        slots = np.full(len(found), NONE, np.int32)
        reason = self.rules.reasons(journey, version, found)
        for text in {text for text in reason.tolist() if text}:
            if text == PAUSED_NOW and version.definition.head.on_paused == "keep":
                self.line.stand(journey, version, found.some(reason == text), PAUSED_LINE)
            elif text != ALREADY:
                self._refuse(journey, version, found.some(reason == text), text)
        inside = np.flatnonzero(reason == ALREADY)
        if len(inside):
            slots[inside] = self._inside(journey, version, found.some(inside))
        free = np.flatnonzero(reason == "")
        if len(free):
            slots[free] = self._begin(journey, version, found.some(free))
        return slots != NONE, slots

    def jump(
        self, target: str, profiles: Profiles, at: Instants, values: Values | None, way: str
    ) -> tuple[NDArray[np.int8], Slots]:
        """Runs of another journey, begun by activities of runs (R16): whether each was begun, skipped or refused."""
        result = np.full(len(profiles), REFUSED, np.int8)
        slots = np.full(len(profiles), NONE, np.int32)
        journey = self._work.state.journeys.get(target)
        version = None if journey is None else self._door(journey)
        if journey is None or version is None:
            return result, slots
        trigger = version.definition.entry.trigger
        known = self._work.inputs.people.schema.events.get(trigger or "", {})
        payload = None if values is None else values.fitting(known)
        heard: tuple[tuple[Root, pl.DataFrame], ...] = ()
        if payload is not None and trigger is not None:
            heard = tuple((root, payload) for root in roots_of(version, trigger))
        supplement = second_identifiers(version, payload, len(profiles))
        rule = version.definition.rule(ENTRY_WHERE) if way == "jump" else None  # a call means this very journey
        met = which_meet(rule, payload, len(profiles))
        turn = turns(profiles)
        for now in range(int(turn.max(initial=-1)) + 1):
            rows = np.flatnonzero(turn == now)
            second = None if supplement is None else supplement.gather(pl.Series(rows))
            own = Entrants(profiles[rows], at[rows], way, second, tuple((r, f[rows]) for r, f in heard))
            inside = self.rules.are_inside(journey, own)
            result[rows[inside]] = SKIPPED
            self._refuse(journey, version, own.some(~inside & ~met[rows]), "qualification_not_met")
            may = ~inside & met[rows]
            begun, new = self.enter(journey, version, own.some(may))
            result[rows[may][begun]] = BEGUN
            slots[rows[may]] = new
        return result, slots

    def _door(self, journey: Journey) -> Version | None:
        """The version that a jump starts: the newest that is live, or in a test."""
        entrance = journey.entrance
        if entrance is not None and entrance.status not in OVER:
            return entrance
        tested = [version for version in journey.trials if version.status == TESTED]
        return tested[-1] if tested else None

    def meant(self, journey: Journey, version: Version, profiles: Profiles) -> NDArray[np.bool_]:
        """Who may come to this version: beside a version that is published a test is for test profiles only."""
        if version.status != TESTED or journey.doors[-1].status == TESTED:
            return np.ones(len(profiles), np.bool_)
        return are_test_profiles(self._work.of_people([TEST_PROFILE], profiles)[TEST_PROFILE])

    # --- being inside already ----------------------------------------------------------------------

    def _inside(self, journey: Journey, version: Version, found: Entrants) -> Slots:
        """People who are inside already: dropped, or as the journey says (section 21, line 18)."""
        slots = np.full(len(found), NONE, np.int32)
        match version.definition.head.on_entry_inside:
            case "parallel":
                return self._begin(journey, version, found)
            case "restart":
                self._take_out(journey, found, "restarted")
                return self._begin(journey, version, found)
            case "queue":
                self.line.stand(journey, version, found)
            case _:
                if version.definition.entry.kind == "business_event":  # K9: side by side
                    return self._begin(journey, version, found)
                self._refuse(journey, version, found, ALREADY)
        return slots

    def _take_out(self, journey: Journey, found: Entrants, why: str) -> None:
        wanted = self.rules.supplements(journey, found)
        rows, slots = journey.runs.slots_of(found.profile)
        here = journey.runs.place[slots] != NONE
        if wanted is not None:
            here &= journey.runs.supplement[slots] == wanted[rows]
        rows, slots = rows[here], slots[here]
        for index in np.unique(journey.runs.version[slots]).tolist():
            mine = journey.runs.version[slots] == index
            self._moving.endings.end_all(
                journey, journey.versions[index], slots[mine], found.at[rows[mine]], "exited", why
            )

    # --- beginning ---------------------------------------------------------------------------------

    def _begin(self, journey: Journey, version: Version, found: Entrants) -> Slots:
        """Begin runs, as far as tests and caps let them; slots, ``NONE`` of those who are refused."""
        result = np.full(len(found), NONE, np.int32)
        rows = np.arange(len(found))
        rows = self._within_test(journey, version, found, rows)
        rows = self._not_held_out(journey, version, found, rows)
        rows = self._within_caps(journey, version, found, rows)
        if len(rows):
            result[rows] = self._start(journey, version, found.some(rows))
        return result

    def _within_test(
        self, journey: Journey, version: Version, found: Entrants, rows: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        most = version.definition.head.test.max_profiles
        if version.status != TESTED or not len(rows):
            return rows
        version.tested = max(version.tested, int(found.at[rows].max()))
        if most is None:
            return rows
        fresh = ~self._have_been(journey, version, found.profile[rows])
        late = fresh & (np.cumsum(fresh) > most - version.testers)
        self._refuse(journey, version, found.some(rows[late]), "test_profile_limit")
        version.testers += int((fresh & ~late).sum())
        return rows[~late]

    @staticmethod
    def _have_been(journey: Journey, version: Version, profiles: Profiles) -> NDArray[np.bool_]:
        """Who has been let into this version before."""
        runs, been = journey.runs, np.zeros(len(profiles), np.bool_)
        for rows, slots in runs.chains(profiles):
            mine = (runs.version[slots] == version.index) & (runs.number[slots] > 0)
            been[rows[mine & (runs.entered[slots] != FORGOTTEN)]] = True
        return been

    def _not_held_out(
        self, journey: Journey, version: Version, found: Entrants, rows: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        share = version.definition.head.holdout / 100
        if not share or version.mode != "live":
            return rows
        hashes = self._work.inputs.people.hashes(found.profile[rows])
        out = shares_of(hashes, f"{journey.id}/holdout") < share
        kept = found.some(rows[out])
        self._log(journey, version, kept, "entry", "held_out", journey.runs.numbers_of(kept.profile))
        return rows[~out]

    def _within_caps(
        self, journey: Journey, version: Version, found: Entrants, rows: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        sets = version.definition.head.rule_sets
        if not self._work.state.board.sets or version.mode != "live":
            return rows
        profiles = found.profile[rows]
        board, zones = self._work.state.board, self._work.people_zones(profiles)
        upcoming = self._upcoming(journey, version) if board.looks_ahead(sets) else []
        code = board.enter(sets, profiles, found.at[rows], zones, upcoming)
        for refusal in np.unique(code[code != ADMITTED]).tolist():
            self._refuse(journey, version, found.some(rows[code == refusal]), REASONS[refusal])
        admitted: NDArray[np.intp] = rows[code == ADMITTED]
        return admitted

    def _upcoming(self, journey: Journey, version: Version) -> list[Upcoming]:
        """The other journeys of higher priority that are going to read a segment by their schedule (section 19)."""
        found, people = [], self._work.inputs.people
        for other in self._work.state.journeys.values():
            for comes in other.versions if other is not journey else ():
                at, segment = comes.next_read, comes.definition.entry.read
                if at is not None and segment is not None and comes.priority > version.priority:
                    sets = comes.definition.head.rule_sets
                    found.append(Upcoming(at, sets, partial(people.members, segment)))
        return found

    def _start(self, journey: Journey, version: Version, found: Entrants) -> Slots:
        runs = journey.runs
        number = runs.numbers_of(found.profile) + 1
        alike = np.array([known.mode == version.mode for known in journey.versions])
        slots = runs.slots_for(found.profile, self.rules.supplements(journey, found), alike)
        journey.memory.forget(slots)
        via = np.full(len(found), WAYS.index(found.way), np.int8)
        runs.begin(slots, version.index, found.at, via, number)
        for root, rows in found.heard:
            journey.memory.keep(root, slots, rows)
        told = {("qualification", "status"), ("qualification", "time")} & version.plan.wanted.keys()
        if told and found.way in _CHANGES:
            journey.memory.keep(QUALIFIED, slots, self._work.qualification(journey, version, slots))
        self._log(journey, version, found, "entry", "entered", number)
        if version.definition.entry.kind == "business_event":
            self._log(journey, version, found, "entry", "entered", number, version.definition.entry.read_id)
        start = version.plan.start
        if start == NONE:
            self._moving.endings.end(journey, version, None, slots, found.at, "finished")
        else:
            runs.place[slots] = start
            self._moving.send(journey, version, start, slots, found.at)
        return slots

    def _refuse(self, journey: Journey, version: Version, found: Entrants, reason: str) -> None:
        if len(found):
            self._log(journey, version, found, "discard", reason, journey.runs.numbers_of(found.profile))

    def refuse(self, journey: Journey, version: Version, found: Entrants, reason: str) -> None:
        """Log that these were not let in."""
        self._refuse(journey, version, found, reason)

    def _log(
        self,
        journey: Journey,
        version: Version,
        found: Entrants,
        kind: str,
        outcome: str,
        number: NDArray[np.int32],
        name: str | None = None,
    ) -> None:
        detail = found.detail if found.event_id is None else found.event_id
        place = (journey.id, version.definition.version, name or version.definition.entry.id, kind, outcome)
        self._work.log.step(*place, profile=found.profile, number=number, at=found.at, detail=detail)
