"""Everything about one person on one card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from parcours.core.clock import as_datetime
from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.slots import NONE
from parcours.language.explain import next_change
from parcours.language.reference import Person
from parcours.language.windows import time_dependent
from parcours.service.definitions import rules_of_segments, schedules_of_segments
from parcours.service.explaining import LAST_INSTANT, person_of
from parcours.service.reports import event_counts

if TYPE_CHECKING:
    from parcours.flow.journeys.journey import Journey
    from parcours.service.wiring import Parts


@dataclass(frozen=True, slots=True)
class Membership:
    """A segment that a person is in: since when, and when the person leaves it if nothing happens (``None``: never)."""

    segment: str
    name: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a journey that goes on: where the person stands, when it goes on by itself (``None``: it does not)."""

    journey: str
    version: int
    run: str
    activities: list[str]
    entered: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message or call that was decided, and what became of it."""

    key: str
    channel: str
    journey: str
    activity: str
    decided: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one person as of the last tick.

    Attributes:
        profile_id: what the person is called.
        ids: all ids, that one first.
        first_seen: when the person was first known of.
        attributes: those that have a value.
        segments: where the person is in.
        journeys: runs that go on.
        messages: the last messages, the newest first.
        events: how many events there are, by type.
    """

    profile_id: str
    ids: list[str]
    first_seen: datetime | None
    attributes: Mapping[str, Any]
    segments: list[Membership]
    journeys: list[Run]
    messages: list[Message]
    events: Mapping[str, int]


def card(parts: Parts, number: int, ids: list[str], messages: pl.DataFrame) -> Card:
    """The card of a profile by its number in the log; ``messages`` are its last deliveries."""
    profile = ids[0]
    with parts.moving:
        state = parts.runner.state
        one = np.array([number], np.int32)
        attributes = state.book.attributes.frame(list(state.schema.attributes), one).row(0, named=True)
        inside = state.segments.bits.segments_of(number)
        runs = [run for journey in state.journeys.in_order() for run in _runs(journey, number, profile)]
        now = state.now
    seen = parts.log.query(f"SELECT _time FROM facts.profiles WHERE _profile = {number}")
    return Card(
        profile_id=profile,
        ids=ids,
        first_seen=seen[0, 0] if seen.height else None,
        attributes={name: value for name, value in attributes.items() if value is not None},
        segments=list(_memberships(parts, number, profile, inside, now)),
        journeys=runs,
        messages=[_message(row) for row in messages.to_dicts()],
        events={event: count for event, count in sorted(event_counts(parts.log, number).items()) if count},
    )


def _message(row: Mapping[str, Any]) -> Message:
    return Message(*(row[name] for name in ("key", "channel", "journey", "activity", "decided", "result")))


def _memberships(parts: Parts, number: int, profile: str, inside: list[str], now: int | None) -> Iterator[Membership]:
    """The memberships, in order of the ids of their segments."""
    if not inside:
        return
    entered = parts.log.qualifications_of(number).filter(pl.col("status") == "realized")
    since = dict(entered.select("segment", "effective").iter_rows())
    rules, batch = rules_of_segments(parts.catalogue), schedules_of_segments(parts.catalogue)
    names = {item.id: item.name for item in parts.catalogue.published("segment")}
    timed = {name for name in inside if name in rules and name not in batch and time_dependent(rules[name])}
    person = person_of(parts.log, number, profile, rules) if timed else Person()
    for name in sorted(inside):
        turn = next_change(rules[name], person, now or 0, until=LAST_INSTANT) if name in timed else None
        until = None if turn is None else as_datetime(turn)
        yield Membership(name, names.get(name, name), since.get(name), until)


def _runs(journey: Journey, number: int, profile: str) -> Iterator[Run]:
    runs = journey.runs
    _, slots = runs.slots_of(np.array([number], np.int32))
    for slot in slots.tolist():
        place, due = int(runs.place[slot]), int(runs.due[slot])
        if place == NONE:
            continue
        version = journey.versions[int(runs.version[slot])]
        yield Run(
            journey=journey.id,
            version=version.definition.version,
            run=f"{journey.id}/{int(runs.number[slot])}/{profile}",
            activities=[stop.name for stop in version.plan.places[place]],
            entered=as_datetime(int(runs.entered[slot])),
            due=None if due == NEVER else as_datetime(due),
        )
