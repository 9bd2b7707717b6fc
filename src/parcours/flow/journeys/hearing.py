"""What runs hear: events, changes of membership, signals and answers; and how these let people in (R2, R11, R14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import type_of_polars
from parcours.flow.journeys.activities.base import EventListener, SegmentListener, SignalListener
from parcours.flow.journeys.columns import instants, microseconds
from parcours.flow.journeys.definitions.definition import ENTRY_WHERE
from parcours.flow.journeys.entering import Doors, Entrants
from parcours.flow.journeys.instances import HOLDS, NONE, Instants, Profiles, Slots
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.moving import CALLING, Movement
from parcours.flow.journeys.plan import Ear, Plan
from parcours.flow.journeys.state import RUNNING, Journey, Version
from parcours.flow.journeys.work import HEARD, QUALIFIED
from parcours.kernel.compile import row_condition
from parcours.language.tree import Node

DIRECTIONS = ("enter", "exit")
FREE = HOLDS.index("")


@dataclass(slots=True)
class TypeRows:
    """This tick's events of one type, with their profiles and times also as arrays."""

    type: str
    rows: pl.DataFrame
    profile: NDArray[np.int32]
    time: NDArray[np.int64]
    _met: dict[Node, NDArray[np.bool_]] = field(default_factory=dict)

    @staticmethod
    def of(type_: str, rows: pl.DataFrame) -> TypeRows:
        """The rows of a frame of events."""
        return TypeRows(type_, rows, rows["_profile"].to_numpy(), microseconds(rows["_time"]))

    def meet(self, rule: Node | None, which: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these rows meet a rule about them; a property that the frame lacks is null."""
        if rule is None:
            return np.ones(len(which), np.bool_)
        if rule not in self._met:
            self._met[rule] = matching(rule, self.rows)
        return self._met[rule][which]

    def payloads(self, which: NDArray[np.intp], plan: Plan) -> tuple[tuple[Root, pl.DataFrame], ...]:
        """What runs of a version remember of these rows."""
        found = []
        for root in (("event", self.type), HEARD):
            wanted = plan.wanted.get(root)
            if wanted is None:
                continue
            every = None in wanted
            names = [name for name in self.rows.columns if not name.startswith("_") and (every or name in wanted)]
            frame = self.rows.select(names)[which] if names else pl.DataFrame({"_none": np.zeros(len(which), np.int8)})
            found.append((root, frame))
        return tuple(found)


def matching(rule: Node, rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Which rows of events of one type meet a rule about them; a property that the frame lacks is null."""
    properties = {name: type_of_polars(kind) for name, kind in rows.schema.items() if not name.startswith("_")}
    # with_columns, as a rule that reads no column the rows have is one value for all of them
    return rows.with_columns(_met=row_condition(rule, properties))["_met"].to_numpy()


class Ears:
    """Tells runs what happened, and lets people in whose entry it is."""

    def __init__(self, moving: Movement, doors: Doors) -> None:
        self._moving = moving
        self._doors = doors
        self._work = moving.work

    @property
    def _journeys(self) -> Iterator[Journey]:
        journeys = self._work.state.journeys
        return (journeys[id_] for id_ in sorted(journeys))

    # --- events ------------------------------------------------------------------------------------

    def event(self, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]) -> None:
        """An event of each of these people."""
        for journey in self._journeys:
            gone = self._exit_by_event(journey, events, profiles, at, row)
            moved = self._wake_by_event(journey, events, profiles, at, row) | gone
            for version in journey.doors:
                if version.definition.entry.event == events.type:
                    self._enter_by_event(journey, version, events, profiles, at, row, ~moved)

    def _enter_by_event(
        self,
        journey: Journey,
        version: Version,
        events: TypeRows,
        profiles: Profiles,
        at: Instants,
        row: NDArray[np.intp],
        free: NDArray[np.bool_],
    ) -> None:
        which = np.flatnonzero(free)
        if not len(which):
            return
        rows = row[which]
        rule = version.definition.rule(ENTRY_WHERE)
        ids = events.rows["_event_id"].gather(pl.Series(rows))
        named = version.definition.entry.supplemental
        found = Entrants(
            profiles[which],
            at[which],
            "event",
            None if named is None else _texts(events.rows, named, rows),
            events.payloads(rows, version.plan),
            ids,
        )
        met = events.meet(rule, rows)
        if not met.all():
            self._doors.refuse(journey, version, found.some(~met), "qualification_not_met")
        self._doors.enter(journey, version, found.some(met))

    def _wake_by_event(
        self, journey: Journey, events: TypeRows, profiles: Profiles, at: Instants, row: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Whose run an event let go."""
        moved = np.zeros(len(profiles), np.bool_)
        if events.type not in journey.listened():
            return moved
        who, slots = journey.runs.slots_of(profiles)
        self._keep_past(journey, events, who, slots, at, row)
        self._keep_for_busy(journey, events, who, slots, at, row)
        for version in journey.versions:
            ears = version.plan.events.get(events.type, ())
            for ear, mine, gone in self._listening(journey, version, list(ears), who, slots, at):
                listener = ear.listener
                assert isinstance(listener, EventListener)
                rule = version.plan.places[ear.place][ear.member].rules.get(listener.rule or "")
                rows = row[who[mine]]
                met = events.meet(rule, rows) & self._same_supplement(journey, version, events, slots[mine], rows)
                mine = mine[met]
                gone[mine] = True
                self._let_go(journey, version, ear, slots[mine], at[who[mine]], events, row[who[mine]])
                moved[who[mine]] = True
        return moved

    def _listening(
        self,
        journey: Journey,
        version: Version,
        ears: list[Ear],
        who: NDArray[np.intp],
        slots: Slots,
        at: Instants,
    ) -> Iterator[tuple[Ear, NDArray[np.intp], NDArray[np.bool_]]]:
        """For each ear the positions of runs that stand there, listen, and are not gone; and who is gone, where those
        are to be noted that it lets go: one thing moves a run one step, and the upper ear of a place comes first."""
        runs = journey.runs
        if not ears or version.status not in RUNNING:
            return
        here = (runs.version[slots] == version.index) & (runs.held[slots] == FREE)
        timely = here & (at[who] >= runs.arrived[slots]) & (at[who] <= runs.due[slots])
        stand = runs.place[slots]
        gone = np.zeros(len(slots), np.bool_)
        for ear in ears:
            mine = np.flatnonzero(timely & (stand == ear.place) & ~gone)
            if len(mine):
                yield ear, mine, gone

    @staticmethod
    def _same_supplement(
        journey: Journey, version: Version, events: TypeRows, slots: Slots, rows: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """With second identifiers an event that names one is about the run of that one only."""
        named = version.definition.entry.supplemental
        if named is None or named not in events.rows.columns:
            return np.ones(len(slots), np.bool_)
        own = journey.runs.supplement[slots]
        told = journey.runs.numbered(_texts(events.rows, named, rows))
        same: NDArray[np.bool_] = (told == NONE) | (own == told)
        return same

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
        here &= at[rows[who]] >= runs.entered[slots]
        gone: NDArray[np.intp] = rows[who[here]]
        if len(gone):
            self._moving.end_all(journey, version, slots[here], at[gone], "exited", why)
        return gone

    # --- looking back ------------------------------------------------------------------------------

    def _keep_past(
        self,
        journey: Journey,
        events: TypeRows,
        who: NDArray[np.intp],
        slots: Slots,
        at: Instants,
        row: NDArray[np.intp],
    ) -> None:
        """Keep events of runs inside that some activity ahead of them may look back at."""
        for version in journey.versions:
            ears = [ear for ear in version.plan.events.get(events.type, ()) if _looks_back(ear)]
            if not ears or version.status not in RUNNING:
                continue
            runs = journey.runs
            inside = (runs.version[slots] == version.index) & ~runs.at_rest(slots) & (runs.root[slots] == slots)
            inside &= at[who] >= runs.entered[slots]
            mine = np.flatnonzero(inside)
            _keep(journey, f"past.{events.type}", events.rows[row[who[mine]]], slots[mine])

    def _keep_for_busy(
        self,
        journey: Journey,
        events: TypeRows,
        who: NDArray[np.intp],
        slots: Slots,
        at: Instants,
        row: NDArray[np.intp],
    ) -> None:
        """Keep events of runs that wait for an answer: the step behind it hears them (R11; section 21, line 20)."""
        runs = journey.runs
        busy = (runs.held[slots] == CALLING) & (runs.place[slots] != NONE) & (at[who] >= runs.arrived[slots])
        for version in journey.versions:
            if events.type in version.plan.events and version.status in RUNNING and busy.any():
                mine = np.flatnonzero(busy & (runs.version[slots] == version.index))
                _keep(journey, f"busy.{events.type}", events.rows[row[who[mine]]], slots[mine])

    def look_back(self, journey: Journey, version: Version, place: int, slots: Slots) -> None:
        """Runs have come to a place: events from before count where an activity there says so (J1, option)."""
        for ear in (ear for ears in version.plan.events.values() for ear in ears):
            listener = ear.listener
            if ear.place != place or not _looks_back(ear) or not isinstance(listener, EventListener):
                continue
            kept = journey.queued.get(f"past.{listener.event}")
            if kept is None:
                continue
            kept = self._forget_past(journey, f"past.{listener.event}", kept)
            self._hear_past(journey, version, ear, listener, slots, kept)
        self._hear_queued(journey, version, place, slots)

    def _hear_queued(self, journey: Journey, version: Version, place: int, slots: Slots) -> None:
        """Runs that were busy have come to a place: they hear what came meanwhile, the first of it that counts."""
        for name in [name for name in journey.queued if name.startswith("busy.")]:
            kept = self._forget_past(journey, name, journey.queued[name])
            mine = kept["_slot"].is_in(slots.tolist())
            if not mine.any():
                continue
            journey.queued[name] = kept.filter(~mine)
            found = kept.filter(mine).sort("_slot", "_time", maintain_order=True)
            for ear in version.plan.events.get(name.removeprefix("busy."), ()):
                if ear.place == place:
                    self._hear_one(journey, version, ear, found, found["_slot"].to_numpy())

    def _hear_one(self, journey: Journey, version: Version, ear: Ear, found: pl.DataFrame, slots: Slots) -> None:
        """Each run hears the first of these events that meets the rule; rows are in order of time for each slot."""
        listener, runs = ear.listener, journey.runs
        assert isinstance(listener, EventListener)
        events = TypeRows.of(listener.event, found)
        rule = version.plan.places[ear.place][ear.member].rules.get(listener.rule or "")
        rows = np.flatnonzero(events.meet(rule, np.arange(found.height)))
        own, first = np.unique(slots[rows], return_index=True)
        still = (runs.place[own] == ear.place) & (runs.held[own] == FREE) & ~self._moving.is_leaving(journey, own)
        own, rows = own[still].astype(np.int32), rows[first][still]
        self._let_go(journey, version, ear, own, runs.arrived[own], events, rows)

    def _hear_past(
        self,
        journey: Journey,
        version: Version,
        ear: Ear,
        listener: EventListener,
        slots: Slots,
        kept: pl.DataFrame,
    ) -> None:
        runs = journey.runs
        roots = pl.DataFrame({"_slot": runs.root[slots], "_own": slots, "_arrived": runs.arrived[slots]})
        found = kept.join(roots, on="_slot", how="inner", maintain_order="left")
        back = np.iinfo(np.int64).max if listener.look_back == "entry" else int(listener.look_back or 0)
        time = microseconds(found["_time"])
        arrived = found["_arrived"].to_numpy()
        entered = runs.entered[found["_slot"].to_numpy()]
        timely = (time > entered) & (time <= arrived) & (arrived - time <= back)
        found = found.filter(pl.Series(timely)).sort("_time", maintain_order=True)
        self._hear_one(journey, version, ear, found, found["_own"].to_numpy())

    @staticmethod
    def _forget_past(journey: Journey, name: str, kept: pl.DataFrame) -> pl.DataFrame:
        """Drop what belongs to runs that are over."""
        runs, slots = journey.runs, kept["_slot"].to_numpy()
        same = (runs.profile[slots] == kept["_profile"].to_numpy()) & ~runs.at_rest(slots)
        kept = kept if same.all() else kept.filter(pl.Series(same))
        journey.queued[name] = kept
        return kept

    # --- changes of membership ---------------------------------------------------------------------

    def change(self, segment: str, direction: str, profiles: Profiles, at: Instants) -> None:
        """These people entered or left a segment."""
        for journey in self._journeys:
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
                    self._enter_by_change(journey, version, segment, direction, profiles[~moved], at[~moved])

    def _wake_by_change(
        self, journey: Journey, segment: str, direction: str, profiles: Profiles, at: Instants
    ) -> NDArray[np.bool_]:
        moved = np.zeros(len(profiles), np.bool_)
        if not any(segment in version.plan.segments for version in journey.versions):
            return moved
        who, slots = journey.runs.slots_of(profiles)
        for version in journey.versions:
            ears = version.plan.segments.get(segment, ())
            for ear, mine, gone in self._listening(journey, version, list(ears), who, slots, at):
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
    ) -> None:
        detail = f"{direction} {segment}"
        found = Entrants(profiles, at, direction, detail=detail)
        if not version.definition.entry.admits(direction):
            self._doors.refuse(journey, version, found, "behaviour_mismatch")
            return
        self._doors.enter(journey, version, found)

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
            visit = told["visit"].gather(pl.Series(mine)).to_numpy() == runs.laps[slots[mine]] + 1
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
                for ear, found, gone in self._listening(
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


def _keep(journey: Journey, name: str, rows: pl.DataFrame, slots: Slots) -> None:
    """Keep events for later, each with the slot of the run that may hear it."""
    if len(slots):
        rows = rows.with_columns(_slot=pl.Series(slots, dtype=pl.Int32))
        known = journey.queued.get(name)
        journey.queued[name] = rows if known is None else pl.concat([known, rows], how="diagonal_relaxed")


def _looks_back(ear: Ear) -> bool:
    return isinstance(ear.listener, EventListener) and ear.listener.look_back is not None


def _texts(rows: pl.DataFrame, name: str, which: NDArray[np.intp]) -> pl.Series:
    """A property as text, null where the rows lack it."""
    if name not in rows.columns:
        return pl.repeat(None, len(which), dtype=pl.String, eager=True)
    return rows[name].gather(pl.Series(which)).cast(pl.String)
