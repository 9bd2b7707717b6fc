"""One tick of all journeys: what came in and what time brought, in the order in which it happened to each profile.

All profiles live through their own inputs and timers in order of time, over all journeys; across profiles everything
that comes next for somebody is done at once (see ``agenda``), and runs before the same activity of a version move
together as arrays. Python loops run over waves, journeys, versions and activities only. Each run carries its own
instant: of its entry, of the timer or of the event that moved it, so the length of a tick does not show in the steps.
Only conditions, messages and calls look at values, and those are the values at the end of the tick (live, a tick is at
most a second long), with what journeys themselves have written.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import Outputs
from parcours.flow.journeys.agenda import CHANGE, INPUT, READ, Agenda, Items, Wave
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.controls import Desk
from parcours.flow.journeys.entering import Doors
from parcours.flow.journeys.hearing import Ears, Outcomes
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.joining import rivals
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.moving import Movement
from parcours.flow.journeys.reads import Reads
from parcours.flow.journeys.rows import TypeRows
from parcours.flow.journeys.signals import KEPT
from parcours.flow.journeys.slots import Instants, Profiles
from parcours.flow.journeys.state import JourneysState
from parcours.flow.journeys.steplog import StepLog
from parcours.flow.journeys.versions import Version
from parcours.flow.journeys.work import Work

#: The parts of the key of a delivery: run (journey, number, profile), activity, visit.
KEY = r"^(?<journey>[^/]+)/(?<number>\d+)/(?<id>.*)/(?<activity>[^/]+)/(?<visit>\d+)$"
#: Does something with the inputs of one source in a wave: profiles, instants, rows.
Handler = Callable[[Profiles, Instants, NDArray[np.intp]], None]


def advance(state: JourneysState, inputs: JourneyInputs) -> Outputs:
    """Move every run of ``state`` to the instant ``inputs.now`` and return what the tick puts out."""
    log = StepLog()
    _Tick(state, inputs, log).run()
    return Outputs(inputs.qualifications, *log.tables(inputs.people.ids, state.names))


class _Tick:
    """One tick on its way."""

    def __init__(self, state: JourneysState, inputs: JourneyInputs, log: StepLog) -> None:
        self._state = state
        self._inputs = inputs
        self._work = Work(state, inputs, log)
        self._handlers: list[Handler] = []
        self._business: list[TypeRows] = []
        self._items: list[Items] = []

    def run(self) -> None:
        """Live through the tick."""
        agenda = Agenda([])
        moving = self._moving = Movement(self._work, agenda)
        self._doors = Doors(moving)
        self._ears = Ears(moving, self._doors)
        self._reads = Reads(moving, self._doors)
        self._desk = Desk(moving, self._doors, self._reads)
        self._end_rivals()
        for control in self._inputs.controls:
            self._desk.carry_out(control, self._inputs.now)
            moving.run()
        if not self._state.journeys:
            return
        self._collect()
        agenda.fill(self._items)
        self._live_through(agenda)

    def _end_rivals(self) -> None:
        """Who was two people and is one now goes on with the run that was begun first."""
        if not len(self._inputs.joined):
            return
        for journey in self._state.in_order():
            slots = journey.runs.branches(rivals(journey, self._inputs.joined))
            for index in np.unique(journey.runs.version[slots]).tolist():
                mine = slots[journey.runs.version[slots] == index]
                at = np.full(len(mine), self._inputs.now, np.int64)
                self._moving.endings.end_all(journey, journey.versions[index], mine, at, "merged")
        self._moving.run()

    # --- time --------------------------------------------------------------------------------------

    def _live_through(self, agenda: Agenda) -> None:
        """Everything up to ``now``; events about nobody, and what happens to versions as a whole, divide the tick."""
        now = self._inputs.now
        last = now - 1 if self._inputs.more else now
        mark, event = self._next_mark(last), self._next_business()
        while mark is not None or event is not None:
            at = min(at for at in (mark, event) if at is not None)
            self._stretch(agenda, at, at - 1)
            if event == at:
                self._tell_business(at)
            else:
                self._desk.pass_mark(at)
            self._moving.run()
            passed = mark if event != at else None
            mark, event = self._next_mark(last), self._next_business()
            mark = None if mark == passed else mark
        self._stretch(agenda, now, last)

    def _next_mark(self, last: int) -> int | None:
        return min((mark for mark in self._desk.marks() if mark <= last), default=None)

    def _next_business(self) -> int | None:
        return min((int(events.time.min()) for events in self._business), default=None)

    def _stretch(self, agenda: Agenda, until: int, timers: int) -> None:
        """Inputs up to ``until`` and timers up to ``timers``, wave after wave."""
        self._moving.staying.until = timers
        for journey in self._state.journeys.values():
            due, slots = journey.timers.pop(timers)
            if len(slots):
                fresh = journey.runs.due[slots] == due
                if not fresh.all():
                    due, slots = due[fresh], slots[fresh]
                agenda.remind(journey.number, slots, due, journey.runs.profile[slots])
        self._read_before(agenda, until if not self._inputs.more else timers)
        journeys = [*self._state.journeys.values()]
        while (wave := agenda.wave(until, journeys)) is not None:
            self._play(wave)
            self._moving.run()

    def _play(self, wave: Wave) -> None:
        for source in np.unique(wave.source).tolist():
            self._handlers[source](*wave.of(source))
        for number in np.unique(wave.journey).tolist():
            mine = wave.journey == number
            self._moving.elapse(self._state.numbered(number), wave.slot[mine], wave.due[mine])

    def _read_before(self, agenda: Agenda, until: int) -> None:
        """Who was read by a segment earlier and enters now."""
        for journey, version, profiles, at, rounds in self._reads.turns_of(until):

            def let_in(
                who: Profiles,
                when: Instants,
                row: NDArray[np.intp],
                journey: Journey = journey,
                version: Version = version,
                rounds: NDArray[np.int32] = rounds,
            ) -> None:
                for number in np.unique(rounds[row]).tolist():
                    mine = rounds[row] == number
                    heard = self._reads.heard_by(journey, number)
                    self._reads.let_in(journey, version, who[mine], when[mine], heard)

            self._handlers.append(let_in)
            agenda.fill([Items(len(self._handlers) - 1, profiles, at, np.arange(len(profiles)), READ)])

    def _tell_business(self, at: int) -> None:
        """The events about nobody of one instant, or of none before it."""
        told, self._business = self._business, []
        for events in told:
            here = events.time <= at
            if here.any():
                self._reads.business_event(TypeRows.of(events.type, events.rows.filter(pl.Series(here))))
            if not here.all():
                self._business.append(TypeRows.of(events.type, events.rows.filter(pl.Series(~here))))

    # --- inputs ------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """The inputs that matter to somebody."""
        self._collect_outcomes()
        self._collect_events()
        self._collect_changes()

    def _add(self, handler: Handler, profile: Profiles, time: Instants, row: NDArray[np.intp], rank: int) -> None:
        if len(profile):
            self._handlers.append(handler)
            self._items.append(Items(len(self._handlers) - 1, profile, time, row, rank))

    def _collect_events(self) -> None:
        """The events that matter. Those of one person and type at one microsecond come as they arrived. Frames hold one
        type each, and neither they nor the log say which of two types arrived first: there the names of the types
        decide, so that a tick that is played again gives the same."""
        entries, heard = self._interests()
        early: dict[str, pl.DataFrame] = {}
        before, types = len(self._items), list[str]()
        for type_ in (*sorted(entries), *sorted(heard - entries)):  # others matter to those who enter by these
            frames = (self._state.early.get(type_), self._inputs.events.get(type_))
            parts = [frame for frame in frames if frame is not None and frame.height]
            if not parts:
                continue
            rows = parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal_relaxed")
            events = TypeRows.of(type_, rows)
            ahead = events.time > self._inputs.now
            if ahead.any():
                early[type_] = rows.filter(pl.Series(ahead))
                events = TypeRows.of(type_, rows.filter(pl.Series(~ahead)))
            about_nobody = events.profile < 0
            if about_nobody.any():
                self._business.append(TypeRows.of(type_, events.rows.filter(pl.Series(about_nobody))))
                events = TypeRows.of(type_, events.rows.filter(pl.Series(~about_nobody)))
            self._add_events(events, everybody=type_ in entries)
            types += [type_] * (len(self._items) - before - len(types))
        self._items[before:] = [self._items[before + place] for place in np.argsort(types, kind="stable")]
        self._state.early = early

    def _add_events(self, events: TypeRows, *, everybody: bool) -> None:
        row = np.arange(len(events.profile))
        if not everybody and len(row):
            row = row[self._are_inside(events.profile)]

        def tell(who: Profiles, at: Instants, rows: NDArray[np.intp]) -> None:
            self._ears.event(events, who, at, rows)

        self._add(tell, events.profile[row], events.time[row], row, INPUT)

    def _are_inside(self, profiles: Profiles) -> NDArray[np.bool_]:
        """Who is in some journey, or may come into one in this tick."""
        inside = np.zeros(len(profiles), np.bool_)
        for journey in self._state.journeys.values():
            inside |= journey.runs.are_inside(profiles)
            for version in journey.versions:
                if version.rounds is not None:  # who will be read is not known yet
                    inside[:] = True
        for items in self._items:
            inside |= np.isin(profiles, items.profile)
        changed = self._inputs.qualifications
        if changed.height:
            inside |= np.isin(profiles, changed.profile)
        return inside

    def _interests(self) -> tuple[set[str], set[str]]:
        """The event types by which people enter, and those that people inside hear."""
        entries, heard = set[str](), set[str]()
        for journey in self._state.journeys.values():
            heard |= journey.listened()
            for version in journey.doors:
                trigger = version.definition.entry.trigger
                if trigger is not None:
                    entries.add(trigger)
        return entries, heard

    def _collect_changes(self) -> None:
        found = self._inputs.qualifications
        segments = self._segments()
        codes = [
            code for code, kind in enumerate(found.kinds) if kind[3] in ("change", "merge") and kind[0] in segments
        ]
        rows = np.flatnonzero(np.isin(found.kind, codes)) if codes else np.empty(0, np.intp)
        if not len(rows):
            return
        for code in codes:
            segment, _, status, _ = found.kinds[code]
            mine = rows[found.kind[rows] == code]
            direction = "enter" if status == "realized" else "exit"

            def tell(
                who: Profiles,
                at: Instants,
                row: NDArray[np.intp],
                segment: str = segment,
                direction: str = direction,
            ) -> None:
                self._ears.change(segment, direction, who, at)

            self._add(tell, found.profile[mine], found.effective[mine], mine, CHANGE)

    def _segments(self) -> set[str]:
        """The segments whose changes matter to somebody."""
        found = set[str]()
        for journey in self._state.journeys.values():
            for version in journey.versions:
                entry = version.definition.entry
                found |= set(version.plan.segments) | set(entry.segments)
                found |= {segment for _, segment, _ in version.definition.exits() if segment is not None}
        return found

    def _collect_outcomes(self) -> None:
        frame = self._inputs.outcomes
        if not frame.height:
            return
        parts = pl.col("key").str.extract_groups(KEY).struct.unnest()
        frame = frame.with_columns(parts).with_columns(pl.col("number").cast(pl.Int32), pl.col("visit").cast(pl.Int64))
        frame = frame.filter(pl.col("journey").is_not_null())
        profile = self._inputs.people.numbers(frame["id"])
        known = profile >= 0
        frame, profile = frame.filter(pl.Series(known)), profile[known]
        called = self._inputs.people.ids(profile)
        number = self._state.names.found(frame["journey"], frame["id"], frame["number"].to_numpy(), profile, called)
        outcomes = Outcomes(frame, profile, number, microseconds(frame["time"]))
        told = frame["result"].is_in(list(KEPT)).to_numpy()
        if told.any():
            self._state.signals.add(frame["result"].filter(pl.Series(told)), profile[told], outcomes.time[told])

        def tell(who: Profiles, at: Instants, row: NDArray[np.intp]) -> None:
            self._ears.outcome(outcomes, who, at, row)

        self._add(tell, profile, np.minimum(outcomes.time, self._inputs.now), np.arange(len(profile)), INPUT)
