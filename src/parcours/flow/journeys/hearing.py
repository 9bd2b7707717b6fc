"""What runs hear: events, changes of membership, signals and answers; and how these let people in (R2, R11, R14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER, EventListener, SegmentListener, SignalListener
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.definitions.definition import ENTRY_WHERE
from parcours.flow.journeys.earlier import Earlier, same_supplement
from parcours.flow.journeys.entering import Doors
from parcours.flow.journeys.entrants import Entrants
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.listening import in_turn, listening
from parcours.flow.journeys.moving import CALLING, Movement
from parcours.flow.journeys.plan import Ear
from parcours.flow.journeys.rows import TypeRows, texts
from parcours.flow.journeys.slots import NONE, Instants, Profiles, Slots
from parcours.flow.journeys.versions import RUNNING, TESTED, Version
from parcours.flow.journeys.work import QUALIFIED


class Ears:
    """Tells runs what happened, and lets people in whose entry it is."""

    def __init__(self, moving: Movement, doors: Doors) -> None:
        self._moving = moving
        self._doors = doors
        self._work = moving.work
        self._earlier = Earlier(moving, self._let_go)
        moving.staying.told.append(self._earlier.look_back)

    # --- events ------------------------------------------------------------------------------------

    def event(self, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]) -> None:
        """An event of each of these people."""
        journeys = [each for each in self._work.state.journeys.values() if each.notices(events.type)]
        for journey, mine in in_turn(journeys, profiles):
            self._tell(journey, events, profiles[mine], at[mine], row[mine])

    def _tell(
        self, journey: Journey, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]
    ) -> None:
        gone = self._exit_by_event(journey, events, profiles, at, row)
        moved = self._wake_by_event(journey, events, profiles, at, row) | gone
        for version in journey.doors:
            if version.definition.entry.event == events.type:
                free = ~moved & self._doors.meant(journey, version, profiles)
                moved[self._enter_by_event(journey, version, events, profiles, at, row, free)] = True
                if version.status == TESTED:
                    moved |= free

    def _enter_by_event(
        self,
        journey: Journey,
        version: Version,
        events: TypeRows,
        profiles: Profiles,
        at: Instants,
        row: NDArray[np.intp],
        free: NDArray[np.bool_],
    ) -> NDArray[np.intp]:
        """The positions of those who are let in."""
        which = np.flatnonzero(free)
        if not len(which):
            return which
        rows = row[which]
        rule = version.definition.rule(ENTRY_WHERE)
        ids = events.rows["_event_id"].gather(pl.Series(rows))
        named = version.definition.entry.supplemental
        found = Entrants(
            profiles[which],
            at[which],
            "event",
            None if named is None else texts(events.rows, named, rows),
            events.payloads(rows, version.plan),
            ids,
        )
        met = events.meet(rule, rows)
        if not met.all():
            self._doors.refuse(journey, version, found.some(~met), "qualification_not_met")
        begun, _ = self._doors.enter(journey, version, found.some(met))
        return which[np.flatnonzero(met)[begun]]

    def _wake_by_event(
        self, journey: Journey, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Whose run an event let go."""
        moved = np.zeros(len(profiles), np.bool_)
        if events.type not in journey.listened():
            return moved
        who, slots = journey.runs.slots_of(profiles)
        self._earlier.keep(journey, events, who, slots, at, row)
        for version in journey.versions:
            ears = version.plan.events.get(events.type, ())
            for ear, mine, gone in listening(journey, version, list(ears), who, slots, at):
                listener = ear.listener
                assert isinstance(listener, EventListener)
                rule = version.plan.places[ear.place][ear.member].rules.get(listener.rule or "")
                rows = row[who[mine]]
                met = events.meet(rule, rows) & same_supplement(journey, version, events, slots[mine], rows)
                mine = mine[met]
                gone[mine] = True
                self._let_go(journey, version, ear, slots[mine], at[who[mine]], events, row[who[mine]])
                moved[who[mine]] = True
        return moved

    def _let_go(
        self,
        journey: Journey,
        version: Version,
        ear: Ear,
        slots: Slots,
        at: Instants,
        events: TypeRows,
        rows: NDArray[np.intp],
    ) -> None:
        if not len(slots):
            return
        roots = journey.runs.root[slots]
        single, first = np.unique(roots, return_index=True)
        for root, frame in events.payloads(rows, version.plan):
            journey.memory.keep(root, single, frame[first])
        ids = events.rows["_event_id"].gather(pl.Series(rows))
        self._leave(journey, version, ear, slots, at, ids)

    def _leave(
        self, journey: Journey, version: Version, ear: Ear, slots: Slots, at: Instants, detail: pl.Series | None
    ) -> None:
        stop = version.plan.places[ear.place][ear.member]
        edge = np.full(len(slots), ear.edge, np.int16)
        self._moving.leave(journey, version, stop, edge, slots, at, detail)

    def _exit_by_event(
        self, journey: Journey, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Whom an exit rule takes out (R14), before anything hears the event (J22)."""
        gone = np.zeros(len(profiles), np.bool_)
        for version in journey.versions:
            if version.status not in RUNNING:
                continue
            for event, _, rule in version.definition.exits():
                if event != events.type:
                    continue
                met = events.meet(rule, row)
                gone[self._take_out(journey, version, profiles, at, met, f"event {event}")] = True
        return gone

    def _take_out(
        self,
        journey: Journey,
        version: Version,
        profiles: Profiles,
        at: Instants,
        which: NDArray[np.bool_],
        why: str,
    ) -> NDArray[np.intp]:
        """Take all runs of these people in a version out; the positions of those who had one."""
        rows = np.flatnonzero(which)
        who, slots = journey.runs.slots_of(profiles[rows])
        runs = journey.runs
        here = (runs.version[slots] == version.index) & (runs.place[slots] != NONE)
        here &= (at[rows[who]] >= runs.entered[slots]) & (runs.arrived[slots] != NEVER)
        gone: NDArray[np.intp] = rows[who[here]]
        if len(gone):
            self._moving.endings.end_all(journey, version, slots[here], at[gone], "exited", why)
        return gone

    # --- changes of membership ---------------------------------------------------------------------

    def change(self, segment: str, direction: str, profiles: Profiles, at: Instants) -> None:
        """These people entered or left a segment."""
        journeys = [each for each in self._work.state.journeys.values() if each.notices_change(segment)]
        for journey, mine in in_turn(journeys, profiles):
            self._tell_change(journey, segment, direction, profiles[mine], at[mine])

    def _tell_change(self, journey: Journey, segment: str, direction: str, profiles: Profiles, at: Instants) -> None:
        moved = np.zeros(len(profiles), np.bool_)
        for version in journey.versions:
            if version.status not in RUNNING:
                continue
            if direction == "enter" and version.rounds is not None and version.definition.entry.read == segment:
                version.rounds.joined(profiles)
            for _, named, _ in version.definition.exits():
                if named == segment and direction == "enter":
                    every = np.ones(len(profiles), np.bool_)
                    moved[self._take_out(journey, version, profiles, at, every, f"segment {segment}")] = True
        moved |= self._wake_by_change(journey, segment, direction, profiles, at)
        for version in journey.doors:
            if version.definition.entry.segment == segment and not moved.all():
                free = np.flatnonzero(~moved & self._doors.meant(journey, version, profiles))
                begun = self._enter_by_change(journey, version, segment, direction, profiles[free], at[free])
                moved[free if version.status == TESTED else free[begun]] = True

    def _wake_by_change(
        self, journey: Journey, segment: str, direction: str, profiles: Profiles, at: Instants
    ) -> NDArray[np.bool_]:
        moved = np.zeros(len(profiles), np.bool_)
        if not any(segment in version.plan.segments for version in journey.versions):
            return moved
        who, slots = journey.runs.slots_of(profiles)
        for version in journey.versions:
            ears = version.plan.segments.get(segment, ())
            for ear, mine, gone in listening(journey, version, list(ears), who, slots, at):
                listener = ear.listener
                assert isinstance(listener, SegmentListener)
                if direction not in listener.directions:
                    continue
                gone[mine] = True
                when = at[who[mine]]
                single, first = np.unique(journey.runs.root[slots[mine]], return_index=True)
                journey.memory.keep(QUALIFIED, single, qualified(segment, direction, when[first]))
                detail = pl.repeat(f"{direction} {segment}", len(mine), dtype=pl.String, eager=True)
                self._leave(journey, version, ear, slots[mine], when, detail)
                moved[who[mine]] = True
        return moved

    def _enter_by_change(
        self, journey: Journey, version: Version, segment: str, direction: str, profiles: Profiles, at: Instants
    ) -> NDArray[np.bool_]:
        """Who is let in."""
        detail = f"{direction} {segment}"
        found = Entrants(profiles, at, direction, detail=detail)
        if not version.definition.entry.admits(direction):
            self._doors.refuse(journey, version, found, "behaviour_mismatch")
            return np.zeros(len(profiles), np.bool_)
        return self._doors.enter(journey, version, found)[0]

    # --- outcomes ----------------------------------------------------------------------------------

    def outcome(self, outcomes: Outcomes, profiles: Profiles, at: Instants, row: NDArray[np.intp]) -> None:
        """What became of calls and messages: answers, and signals that runs may wait for."""
        names = outcomes.frame["journey"].gather(pl.Series(row))
        for id_ in names.unique(maintain_order=True).to_list():
            journey = self._work.state.journeys.get(id_)
            if journey is None:
                continue
            mine = np.flatnonzero((names == id_).to_numpy())
            self._outcomes_of(journey, outcomes, profiles[mine], at[mine], row[mine])

    def _outcomes_of(
        self, journey: Journey, outcomes: Outcomes, profiles: Profiles, at: Instants, row: NDArray[np.intp]
    ) -> None:
        runs = journey.runs
        who, slots = runs.slots_of(profiles)
        same = runs.number[slots] == outcomes.number[row[who]]
        who, slots = who[same], slots[same]
        told = outcomes.frame[row[who]]
        calling = (runs.held[slots] == CALLING) & (runs.place[slots] != NONE)
        for version, stop, standing in self._moving.standing(journey, slots[calling]):
            mine = np.flatnonzero(calling)[standing]
            asked = told["activity"].gather(pl.Series(mine)) == stop.name
            visit = told["visit"].gather(pl.Series(mine)).to_numpy() == runs.visits(slots[mine])
            mine = mine[asked.to_numpy() & visit]
            if len(mine) and version.status in RUNNING:
                self._moving.answered(journey, version, stop, slots[mine], at[who[mine]], told[mine])
        self._signals(journey, told, who, slots, at)

    def _signals(self, journey: Journey, told: pl.DataFrame, who: NDArray[np.intp], slots: Slots, at: Instants) -> None:
        if not any(version.plan.signals for version in journey.versions):
            return
        for version in journey.versions:
            for activity, ears in version.plan.signals.items():
                if version.status not in RUNNING:
                    continue
                about = (told["activity"] == activity).to_numpy()
                places = np.flatnonzero(about)
                if not len(places):
                    continue
                for ear, found, gone in listening(
                    journey, version, list(ears), np.arange(len(places)), slots[places], at[who[places]]
                ):
                    listener = ear.listener
                    assert isinstance(listener, SignalListener)
                    mine = places[found]
                    heard = (told["result"].gather(pl.Series(mine)) == listener.signal).to_numpy()
                    if listener.link is not None:
                        links = told["detail"].gather(pl.Series(mine)) == listener.link
                        heard &= links.fill_null(False).to_numpy()
                    gone[found[heard]] = True
                    mine = mine[heard]
                    if len(mine):
                        self._leave(
                            journey, version, ear, slots[mine], at[who[mine]], told["key"].gather(pl.Series(mine))
                        )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes with what their keys say: ``journey``, ``number``, ``activity``, ``visit``, and the profile."""

    frame: pl.DataFrame
    profile: Profiles
    number: NDArray[np.int32]
    time: Instants


def qualified(segment: str, direction: str, at: Instants) -> pl.DataFrame:
    """What runs remember of a change of membership that they passed."""
    time = instants(at).alias("time")
    return pl.DataFrame([time]).with_columns(status=pl.lit(direction), segment=pl.lit(segment))
