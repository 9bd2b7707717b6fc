"""Reads of segments: all members enter, by a schedule or behind an event about nobody (journeys.md, section 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import INSTANT, DefinitionChange
from parcours.flow.journeys.definitions.definition import ENTRY_WHERE
from parcours.flow.journeys.entering import Doors
from parcours.flow.journeys.entrants import Entrants
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.memory import Root
from parcours.flow.journeys.moving import Movement
from parcours.flow.journeys.rows import TypeRows
from parcours.flow.journeys.slots import Instants, Profiles
from parcours.flow.journeys.versions import CLOSED, DRY, LIVE, OVER, PAUSED, TESTED, Version
from parcours.flow.journeys.work import IDENTITIES

#: The number of nobody in events about no person.
NOBODY = -1


class Reads:
    """Brings the members of segments into journeys."""

    def __init__(self, moving: Movement, doors: Doors) -> None:
        self._moving = moving
        self._doors = doors
        self._work = moving.work

    def take_place(self, journey: Journey, version: Version, at: int) -> None:
        """An occurrence of the schedule, if it is time for one."""
        rounds = version.rounds
        if rounds is None or rounds.next is None or rounds.next > at or version.status in OVER | {CLOSED}:
            return
        if version.status == PAUSED:
            rounds.pass_over(at)
            last = at
        else:
            if rounds.forces:
                self._moving.endings.end_everybody(journey, version, at, "exited", "forced_reentrance")
            last = self._bring(journey, version, at, ())
        if rounds.is_last:
            version.read = last

    def told(self, control: DefinitionChange, now: int) -> None:
        """An event about nobody that somebody told of. It has no id: the number of the control says that it is new."""
        payload = control.body.get("payload")
        head = {"_profile": [NOBODY], "_time": [control.body.get("time", now)]}
        rows = pl.DataFrame(head, schema={"_profile": pl.Int32, "_time": pl.Int64})
        values = pl.DataFrame([dict(payload)]) if isinstance(payload, Mapping) and payload else pl.DataFrame()
        rows = rows.with_columns(pl.col("_time").clip(upper_bound=now).cast(INSTANT)).hstack(values)
        self.business_event(TypeRows.of(control.id, rows))

    def business_event(self, events: TypeRows) -> None:
        """Events about nobody: they bring all members of a segment into journeys."""
        for journey in self._work.state.in_order():
            for version in journey.doors:
                entry = version.definition.entry
                if entry.business_event != events.type:
                    continue
                rows = np.arange(len(events.profile))
                rows = rows[events.meet(version.definition.rule(ENTRY_WHERE), rows)]
                if version.status not in (LIVE, TESTED, DRY):
                    continue
                for row in rows.tolist():  # business events are few
                    heard = events.payloads(np.array([row]), version.plan)
                    self._bring(journey, version, int(events.time[row]), heard)

    def _bring(self, journey: Journey, version: Version, at: int, heard: tuple[tuple[Root, pl.DataFrame], ...]) -> int:
        """All members of the segment enter, at once or one after the other; the instant of the last one."""
        rounds = version.rounds
        segment = version.definition.entry.read
        assert rounds is not None
        assert segment is not None
        people = self._work.inputs.people
        members = people.members(segment)
        members, when = rounds.begin(members, people.hashes(members), at, self._work.inputs.census)
        members, when = members[when >= at], when[when >= at]
        now = when <= at
        self.let_in(journey, version, members[now], when[now], heard)
        self._moving.run()  # they are there when another version, or another event, brings them once more
        if not now.all():
            rounds.later(members[~now], when[~now])
            for root, frame in heard:
                known = journey.queued.get(f"read.{root[0]}.{root[1]}")
                row = frame.with_columns(_round=pl.lit(rounds.count, dtype=pl.Int32))
                row = row if known is None else pl.concat([known, row], how="diagonal_relaxed")
                journey.queued[f"read.{root[0]}.{root[1]}"] = row
        return int(when.max(initial=at))

    def let_in(
        self,
        journey: Journey,
        version: Version,
        profiles: Profiles,
        at: Instants,
        heard: Sequence[tuple[Root, pl.DataFrame]] = (),
    ) -> None:
        """Members of a segment that is read enter; ``heard`` has one row each, the same for all."""
        entry = version.definition.entry
        way = "business_event" if entry.kind == "business_event" else "read"
        known = self._known(version, profiles)
        rows = np.zeros(len(profiles), np.intp)
        found = Entrants(
            profiles, at, way, None, tuple((root, frame[rows]) for root, frame in heard), detail=f"read {entry.read}"
        )
        if not known.all():
            self._doors.refuse(journey, version, found.some(~known), "no_identity_in_namespace")
        self._doors.enter(journey, version, found.some(known))

    def _known(self, version: Version, profiles: Profiles) -> NDArray[np.bool_]:
        """Who has an identity in the namespace of the journey; who says nothing of identities has all."""
        namespace = version.definition.namespace
        everybody = np.ones(len(profiles), np.bool_)
        if namespace is None:
            return everybody
        identities = self._work.of_people([IDENTITIES], profiles)[IDENTITIES]
        if not isinstance(identities.dtype, pl.List):
            return everybody
        return (identities.is_null() | identities.list.contains(namespace)).to_numpy()

    def turns_of(self, until: int) -> list[tuple[Journey, Version, Profiles, Instants, NDArray[np.int32]]]:
        """Who was read before and enters up to this instant: profiles, instants, and numbers of the reads."""
        found = []
        for journey in self._work.state.in_order():
            for version in journey.versions:
                if version.rounds is not None:
                    profiles, at, rounds = version.rounds.take(until)
                    if len(profiles) and version.status in (LIVE, TESTED, DRY):
                        found.append((journey, version, profiles, at, rounds))
        return found

    def heard_by(self, journey: Journey, number: int) -> tuple[tuple[Root, pl.DataFrame], ...]:
        """The business event that a read answered, as runs remember it."""
        found = []
        for name, frame in journey.queued.items():
            if name.startswith("read."):
                _, head, event = name.split(".", 2)
                rows = frame.filter(pl.col("_round") == number).drop("_round")
                if rows.height:
                    found.append(((head, event), rows))
        return tuple(found)
