"""What is done with journeys as a whole: publication, closing, stopping, pauses; and what time does (section 12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from parcours.core.clock import duration
from parcours.core.facts import DefinitionChange
from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.entering import Doors
from parcours.flow.journeys.entrants import Entrants
from parcours.flow.journeys.instances import ENDS, FORGOTTEN, HOLDS
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.moving import Movement
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.pressure.rule_sets import read_rule_set
from parcours.flow.journeys.reads import Reads
from parcours.flow.journeys.versions import (
    CLOSED,
    DRAFT,
    DRY,
    FINISHED,
    LIVE,
    PAUSED,
    RUNNING,
    STOPPED,
    TEST_IDLE,
    TESTED,
    Version,
)
from parcours.language.tree import Node
from parcours.language.tree_json import from_json


class Desk:
    """Carries out controls, and what happens to versions by time."""

    def __init__(self, moving: Movement, doors: Doors, reads: Reads) -> None:
        self._moving = moving
        self._doors = doors
        self._reads = reads
        self._work = moving.work
        self._actions: Mapping[str, Callable[[Journey, DefinitionChange, int], None]] = {
            "publish": self._publish,
            "reopen": self._publish,
            "test_on": self._publish,
            "dry_run_on": self._publish,
            "test_off": self._withdraw,
            "dry_run_off": self._withdraw,
            "close": self._close,
            "stop": self._stop,
            "pause": self._pause,
            "resume": self._resume,
            "set_attribute_exit": self._set_exit,
            "edit": self._edit,
            "migrate": self._migrate,
            "retry": self._retry,
            "delete": self._delete,
        }

    # --- controls ----------------------------------------------------------------------------------

    def carry_out(self, control: DefinitionChange, now: int) -> None:
        """Do what a control says; what it is about and does not exist is ignored."""
        match control.kind:
            case "journey":
                action = self._actions.get(control.action)
                if action is not None:
                    action(self._work.state.journey(control.id), control, now)
            case "rule_set":
                self._rule_set(control)
            case "business_event":
                self._reads.told(control, now)
            case "suppression":
                self._suppress(control)

    def _rule_set(self, control: DefinitionChange) -> None:
        board = self._work.state.board
        if control.action == "stop":
            board.withdraw(control.id)
            return
        board.define(read_rule_set(control.body, control.id))
        self._recount([control.id])

    def _recount(self, names: Sequence[str]) -> None:
        """Tell rule sets who is inside the journeys that they are about."""
        board, inside = self._work.state.board, {name: [np.empty(0, np.int32)] for name in names}
        for journey in self._work.state.journeys.values():
            runs = journey.runs
            known = np.flatnonzero(runs.root[: runs.size] == np.arange(runs.size)).astype(np.int32)
            slots = known[~runs.at_rest(known)]
            for version in journey.versions:
                if version.mode == "live":
                    here = runs.profile[slots[runs.version[slots] == version.index]]
                    for name in names:
                        if name in version.definition.head.rule_sets or board.sets[name].everywhere:
                            inside[name].append(here)
        board.recount({name: np.concatenate(parts) for name, parts in inside.items()})

    def _suppress(self, control: DefinitionChange) -> None:
        body = control.body
        lists = {name: _list(body, name) for name in ("addresses", "domains")}
        if control.action == "remove":
            self._work.state.suppressed.remove(**lists)
        else:
            self._work.state.suppressed.add(**lists, reason=str(body.get("reason", "")))

    def _publish(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        status = {"test_on": TESTED, "dry_run_on": DRY}.get(control.action, LIVE)
        known = journey.version(control.version)
        if control.action == "reopen" and known is not None:
            known.status, known.closed, known.ended = LIVE, None, False
            return
        if status == LIVE:
            for version in journey.versions:
                if version.status in (LIVE, PAUSED) and version is not known:
                    self._shut(version, now)
        if known is not None and known.status in (TESTED, DRY):
            self._clear(journey, known, now)
        version = journey.add(JourneyDefinition.from_json(control.body), status, now)
        entry = version.definition.entry
        if entry.include_members and entry.segment is not None:
            members = self._work.inputs.people.members(entry.segment)
            at = np.full(len(members), now, np.int64)
            self._doors.enter(journey, version, Entrants(members, at, "enter", detail=f"member {entry.segment}"))

    def _withdraw(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """The test, or the dry run, is over: everybody in it is gone, and the version is a draft again."""
        version = journey.version(control.version)
        if version is not None and version.status in (TESTED, DRY):
            self._clear(journey, version, now)
            version.status = DRAFT

    def _clear(self, journey: Journey, version: Version, now: int) -> None:
        """Take everybody out of a version and forget that they were in it."""
        self._doors.line.send_away(journey, version, now, None)
        self._moving.endings.end_everybody(
            journey, version, now, "exited", "test_off" if version.mode == "test" else "dry_run_off"
        )
        runs = journey.runs
        slots = np.flatnonzero((runs.profile[: runs.size] >= 0) & (runs.version[: runs.size] == version.index))
        runs.entered[slots] = FORGOTTEN
        runs.status[slots] = 0

    def _close(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        version = journey.version(control.version)
        if version is not None:
            self._shut(version, now)

    @staticmethod
    def _shut(version: Version, now: int) -> None:
        if version.status in (LIVE, PAUSED):
            version.status, version.closed, version.until = CLOSED, now, None

    def _stop(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """End everybody at once; without a version that is known, of all versions."""
        version = journey.version(control.version)
        for each in journey.versions if version is None else [version]:
            if each.status in RUNNING:
                self._doors.line.send_away(journey, each, now, "journey_closed")
                self._moving.endings.end_everybody(journey, each, now, "stopped", None)
                each.status = STOPPED
                if each.rounds is not None:
                    each.rounds.drop()
        if version is not None and version is journey.versions[-1]:  # older ones were closed by it
            for each in journey.versions:
                if each.status in (LIVE, PAUSED):
                    self._shut(each, now)

    def _pause(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        version = journey.version(control.version)
        if version is None or version.status != LIVE:
            return
        version.status = PAUSED
        version.discards = control.body.get("profiles") == "discard"
        length = control.body.get("for")
        version.until = None if length is None else now + duration(length)  # type: ignore[arg-type]
        if version.rounds is not None:
            version.rounds.drop()

    def _resume(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        version = journey.version(control.version)
        if version is not None and version.status == PAUSED:
            self._let_on(journey, version, now)

    def _let_on(self, journey: Journey, version: Version, now: int) -> None:
        """The pause is over: who is held goes on, with the values that hold now."""
        version.status, version.until = LIVE, None
        runs = journey.runs
        slots = runs.inside()
        held = (runs.version[slots] == version.index) & (runs.held[slots] == HOLDS.index("pause"))
        slots = slots[held]
        runs.waited[runs.root[slots]] = 1
        at = np.full(len(slots), now, np.int64)
        for _, stop, mine in self._moving.standing(journey, slots):
            self._moving.send(journey, version, stop.index, slots[mine], at[mine])
        self._moving.run()
        self._doors.line.pause_is_over(journey, version, now)

    def _set_exit(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        version = journey.version(control.version)
        when = control.body.get("when")
        if version is not None and when is not None:
            version.exit_rule = when if isinstance(when, Node) else from_json(when)  # type: ignore[arg-type]

    def _edit(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """Texts and labels have changed, the graph has not."""
        version = journey.version(control.version)
        if version is not None:
            version.plan = Plan(JourneyDefinition.from_json(control.body), version.index)

    def _delete(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """A version that is over is known by its number only; nothing is left to do for the runtime."""

    def _migrate(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """People inside a version go on in another: at the same place with the same time left, or anew."""
        old = journey.version(control.version)
        new = journey.version(control.body.get("to"))  # type: ignore[arg-type]
        mapping = control.body.get("mapping")
        if old is None or new is None or not isinstance(mapping, Mapping):
            return
        places = {"|".join(stop.name for stop in members): place for place, members in enumerate(new.plan.places)}
        runs = journey.runs
        slots = runs.inside()
        slots = slots[runs.version[slots] == old.index]
        stood = runs.place[slots].copy()
        for place in np.unique(stood).tolist():
            mine = slots[stood == place]
            here = "|".join(stop.name for stop in old.plan.places[place])
            there = places.get(str(mapping.get(here, here)))
            if there is None:
                continue
            runs.version[mine] = new.index
            same = str(mapping.get(here, here)) == here and _alike(old, new, place, there)
            at = np.full(len(mine), now, np.int64)
            stop = new.plan.places[there][0]
            detail = f"version {old.definition.version} to {new.definition.version}"
            self._moving.log(journey, new, stop, stop.activity.kind, "migrated", mine, at, detail)
            if same:
                runs.place[mine] = there
            else:
                runs.held[mine] = 0
                self._moving.send(journey, new, there, mine, at)

    def _retry(self, journey: Journey, control: DefinitionChange, now: int) -> None:
        """Failed runs go on from the step that failed: all of a version, or those of ``profiles`` (external ids)."""
        version = journey.version(control.version)
        if version is None or version.status not in RUNNING:
            return
        runs = journey.runs
        known = np.flatnonzero((runs.profile[: runs.size] >= 0) & (runs.version[: runs.size] == version.index))
        failed = np.isin(runs.status[known], [ENDS.index("error"), ENDS.index("timed_out")])
        slots = known[failed].astype(np.int32)
        named = control.body.get("profiles")
        if named is not None:
            numbers = self._work.inputs.people.numbers(pl.Series([str(id_) for id_ in named]))  # type: ignore[attr-defined]
            slots = slots[np.isin(runs.profile[slots], numbers)]
        only = control.body.get("activity")
        for place in np.unique(runs.last[slots]).tolist():
            mine = slots[runs.last[slots] == place]
            if only is not None and version.plan.places[place][0].name != only:
                continue
            runs.ended[mine], runs.status[mine], runs.place[mine] = NEVER, 0, place
            runs.laps[mine] += 1  # the same call again, under a key of its own
            self._moving.send(journey, version, place, mine, np.full(len(mine), now, np.int64))
        self._recount([*self._work.state.board.sets])

    # --- what comes with time ----------------------------------------------------------------------

    def marks(self) -> list[int]:
        """The instants at which something happens to some version as a whole."""
        journeys = self._work.state.journeys.values()
        return [mark for journey in journeys for version in journey.versions for mark in version.marks()]

    def pass_mark(self, at: int) -> None:
        """Everything that happens to versions at this instant: reads first, then ends of pauses, dates, stays."""
        for journey in self._work.state.in_order():
            for version in journey.versions:
                self._reads.take_place(journey, version, at)
                self._time(journey, version, at)

    def _time(self, journey: Journey, version: Version, at: int) -> None:
        head = version.definition.head
        if version.status == PAUSED and version.until is not None and version.until <= at:
            self._let_on(journey, version, at)
        if version.status in (LIVE, PAUSED) and head.closes is not None and head.closes <= at:
            if head.at_end == "exit":
                self._moving.endings.end_everybody(journey, version, at, "exited", "end_date")
            self._shut(version, at)
            version.ended = True
        if version.status in (LIVE, PAUSED) and version.read is not None and version.recurs and version.read <= at:
            self._shut(version, at)
        if version.status == TESTED and version.tested + TEST_IDLE <= at:
            self._clear(journey, version, at)
            version.status = DRAFT
        if version.finishes is not None and version.finishes <= at:
            version.status = FINISHED


def _alike(old: Version, new: Version, place: int, there: int) -> bool:
    before, after = old.plan.places[place], new.plan.places[there]
    return [stop.activity for stop in before] == [stop.activity for stop in after]


def _list(body: Mapping[str, Any], name: str) -> list[str]:
    found = body.get(name, [])
    return [str(text) for text in found] if isinstance(found, Sequence) else []
