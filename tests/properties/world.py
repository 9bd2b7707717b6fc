"""A generated world: rules, people and a history with late, repeated, corrected and erased events.

It is kept twice: as plain lists, from which the reference says who is in which segment at any instant, and
as batches for the tick. Tests run the batches in different ways and compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

from parcours.core.clock import as_datetime
from parcours.core.facts import INSTANT, Batch, DefinitionChange, EventBatch, Outputs
from parcours.core.schema import Schema, polars_type
from parcours.engines.state import State
from parcours.engines.tick import streams_to_read, tick
from parcours.kernel.histories import history_of
from parcours.language.reference import Person, holds
from parcours.language.tree import Node, members, replace_members
from parcours.language.tree_json import to_json
from parcours.testing.strategies import BASE, GRID, maybe, profile_scope, trees

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What one tick takes in. Profiles are named by position; ``changes`` are (profile, attribute, value, time)."""

    now: int
    new: tuple[int, ...] = ()
    changes: tuple[tuple[int, str, Any, int], ...] = ()
    events: tuple[tuple[str, Row], ...] = ()
    retracted: tuple[str, ...] = ()
    erased: tuple[int, ...] = ()
    published: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True)
class World:
    schema: Schema
    steps: tuple[Step, ...]


@dataclass
class Past:
    """What is true after some steps, as plain data."""

    people: set[int] = field(default_factory=set)
    attributes: dict[int, dict[str, Any]] = field(default_factory=dict)
    events: list[tuple[str, Row]] = field(default_factory=list)
    rules: dict[str, Node] = field(default_factory=dict)
    been: dict[int, set[str]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        self.people -= set(step.erased)
        self.people |= set(step.new)
        for profile in step.erased:
            self.attributes.pop(profile, None)
            self.been.pop(profile, None)
        for profile, name, value, _ in step.changes:
            self.attributes.setdefault(profile, {})[name] = value
        self.events = [
            (type_, row)
            for type_, row in self.events
            if row["_event_id"] not in step.retracted and row["_profile"] not in step.erased
        ]
        self.events += step.events
        self.rules |= dict(step.published)

    def person(self, profile: int) -> Person:
        events: dict[str, list[Row]] = {}
        for type_, row in self.events:
            if row["_profile"] == profile:
                events.setdefault(type_, []).append(row)
        return Person(self.attributes.get(profile, {}), events, been=self.been.get(profile, set()).__contains__)

    def members(self, now: int) -> dict[str, set[int]]:
        """Who is in which segment, by the reference; who was before, :meth:`settle` has noted."""
        return {
            name: {who for who in self.people if holds(replace_members(rule, self.rules), self.person(who), now)}
            for name, rule in self.rules.items()
        }

    def settle(self, now: int) -> None:
        """A tick is over: its members have been members from now on."""
        for name, people in self.members(now).items():
            for who in people:
                self.been.setdefault(who, set()).add(name)


@st.composite
def worlds(
    draw: st.DrawFn, schema: Schema, people: int = 3, steps: int = 6, rule: st.SearchStrategy[Node] | None = None
) -> World:
    """Histories of up to ``steps`` ticks; some take in nothing, some move no time."""
    now = BASE + draw(st.integers(-20, 0)) * GRID
    known: list[int] = []
    erased: list[int] = []
    events: list[tuple[str, Row]] = []
    rules: dict[str, Node] = {}
    made = []
    for number in range(draw(st.integers(2, steps))):
        now += draw(st.sampled_from([0, 1, GRID - 1, GRID, GRID, 3 * GRID, 8 * GRID, 40 * GRID]))
        new = tuple(range(len(known) + len(erased), len(known) + len(erased) + draw(st.integers(0, 2))))[:people]
        gone = tuple(who for who in known if number and draw(st.integers(0, 15)) == 0)
        erased += gone
        known = [who for who in known if who not in gone] + list(new)
        events = [(type_, row) for type_, row in events if row["_profile"] not in gone]
        retracted = tuple(str(row["_event_id"]) for _, row in events if draw(st.integers(0, 7)) == 0)
        published = {}
        if draw(st.booleans()):
            name = draw(st.sampled_from(["s0", "s1", "s2"]))
            published[name] = draw(_rule(schema, name, rules) if rule is None else rule)
            rules |= published
        kept = [(type_, row) for type_, row in events if row["_event_id"] not in retracted]
        fresh = draw(_events(schema, known, now, f"{number}", retracted, events))
        events = kept + list(fresh)
        changes = draw(st.lists(_change(schema, known, now), max_size=2)) if known and schema.attributes else []
        made.append(Step(now, new, tuple(changes), tuple(fresh), retracted, gone, tuple(published.items())))
    return World(schema, tuple(made))


def _rule(schema: Schema, name: str, rules: Mapping[str, Node]) -> st.SearchStrategy[Node]:
    """A rule that refers to published segments of lower names only."""
    lower = [other for other in rules if other < name]
    scope = replace(profile_scope(schema, lower), segments=tuple(lower))
    from parcours.core.schema import BOOLEAN

    found = trees(BOOLEAN, scope, 2) | trees(BOOLEAN, replace(scope, lists=True), 2)
    return found.filter(lambda rule: set(members(rule)) <= set(lower))


@st.composite
def _events(
    draw: st.DrawFn,
    schema: Schema,
    people: Sequence[int],
    now: int,
    tag: str,
    retracted: Iterable[str],
    past: Sequence[tuple[str, Row]],
) -> list[tuple[str, Row]]:
    """New events, late ones and future ones among them; a retracted event may come back changed."""
    if not people:
        return []
    offsets = [0, 0, -1, 1, -GRID, -3 * GRID, GRID, 5 * GRID, -30 * GRID]
    made = []
    ids = [f"{tag}-{place}" for place in range(draw(st.integers(0, 4)))]
    kinds = [draw(st.sampled_from(sorted(schema.events))) for _ in ids]
    types = {str(row["_event_id"]): type_ for type_, row in past}
    for id_ in retracted:
        if draw(st.booleans()):
            ids.append(id_)
            kinds.append(types[id_])
    for id_, kind in zip(ids, kinds, strict=True):
        row = {name: draw(maybe(type_)) for name, type_ in schema.events[kind].items()}
        time = now + draw(st.sampled_from(offsets))
        made.append((kind, {**row, "_event_id": id_, "_profile": draw(st.sampled_from(people)), "_time": time}))
    return made


@st.composite
def _change(draw: st.DrawFn, schema: Schema, people: Sequence[int], now: int) -> tuple[int, str, Any, int]:
    name = draw(st.sampled_from(sorted(schema.attributes)))
    time = now - draw(st.sampled_from([0, 0, 1, GRID // 2, 100 * GRID]))
    return draw(st.sampled_from(people)), name, draw(maybe(schema.attributes[name])), time


# --- running -------------------------------------------------------------------------------------------


class Run:
    """The world's steps through the tick, for some of its people; ``schedules`` make some segments batch segments."""

    def __init__(
        self,
        world: World,
        people: Iterable[int] | None = None,
        schedules: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.world = world
        self.schedules = schedules or {}
        self.state = State(world.schema)
        self.past = Past()
        self.outputs: list[Outputs] = []
        self._only = None if people is None else set(people)
        self._numbers: dict[int, int] = {}

    def mine(self, profile: int) -> bool:
        return self._only is None or profile in self._only

    def take(self, step: Step) -> Outputs:
        """One tick."""
        mine = self._restricted(step)
        for who in mine.new:
            self._numbers[who] = len(self._numbers)
        changes = tuple(
            DefinitionChange("segment", name, 1, "publish", {"rule": to_json(rule), **self._evaluation(name)})
            for name, rule in mine.published
        )
        specs = streams_to_read(self.state, changes)
        frames = {event: self._frame(event, sorted_by_time(self.past.events)) for event in self.world.schema.events}
        history = history_of(self.state.book, specs, frames)
        types = self.world.schema.events
        gone = [(type_, row) for type_, row in self.past.events if row["_event_id"] in mine.retracted]
        batch = Batch(
            new_profiles=self._new(mine),
            profile_changes=self._changes(mine),
            events=tuple(
                EventBatch(event, rows) for event in types if (rows := self._frame(event, mine.events)).height
            ),
            retracted=tuple(EventBatch(event, rows) for event in types if (rows := self._frame(event, gone)).height),
            erased=np.array([self._numbers[who] for who in mine.erased], np.int32),
            definitions=changes,
        )
        self.past.take(mine)
        outputs = tick(self.state, batch, mine.now, history)
        self.outputs.append(outputs)
        return outputs

    def _evaluation(self, segment: str) -> dict[str, Any]:
        return {"evaluation": self.schedules[segment]} if segment in self.schedules else {}

    def _restricted(self, step: Step) -> Step:
        return replace(
            step,
            new=tuple(filter(self.mine, step.new)),
            changes=tuple(change for change in step.changes if self.mine(change[0])),
            events=tuple(event for event in step.events if self.mine(event[1]["_profile"])),
            erased=tuple(filter(self.mine, step.erased)),
        )

    def members(self) -> dict[str, set[int]]:
        names = {number: who for who, number in self._numbers.items()}
        bits = self.state.segments.bits
        return {
            segment: {names[int(number)] for number in bits.members(segment)}
            for segment in self.state.segments.published
        }

    def qualifications(self) -> list[tuple[Any, ...]]:
        """All entries and exits with the people's own names, in a canonical order."""
        names = {number: who for who, number in self._numbers.items()}
        rows = [
            (*[row[name] for name in ("effective", "segment", "status", "cause")], names[row["_profile"]])
            for outputs in self.outputs
            for row in outputs.qualifications.iter_rows(named=True)
        ]
        return sorted(rows)

    def _new(self, step: Step) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "_profile": pl.Series([self._numbers[who] for who in step.new], dtype=pl.Int32),
                "_profile_id": pl.Series([f"p{who}" for who in step.new], dtype=pl.String),
                "_time": pl.Series([step.now] * len(step.new), dtype=pl.Int64).cast(INSTANT),
            }
        )

    def _changes(self, step: Step) -> pl.DataFrame:
        columns = {
            "_profile": pl.Series([self._numbers[who] for who, *_ in step.changes], dtype=pl.Int32),
            "_time": pl.Series([time for *_, time in step.changes], dtype=pl.Int64).cast(INSTANT),
            "_set": pl.Series([[name] for _, name, _, _ in step.changes], dtype=pl.List(pl.String)),
        }
        for name, type_ in self.world.schema.attributes.items():
            values = [value if changed == name else None for _, changed, value, _ in step.changes]
            columns[name] = pl.Series(values, dtype=polars_type(type_))
        return pl.DataFrame(columns)

    def _frame(self, event: str, events: Iterable[tuple[str, Row]]) -> pl.DataFrame:
        rows = [row for type_, row in events if type_ == event]
        columns = {
            "_event_id": pl.Series([row["_event_id"] for row in rows], dtype=pl.String),
            "_profile": pl.Series([self._numbers[row["_profile"]] for row in rows], dtype=pl.Int32),
            "_time": pl.Series([as_datetime(row["_time"]) for row in rows], dtype=INSTANT),
        }
        for name, type_ in self.world.schema.events[event].items():
            columns[name] = pl.Series([row.get(name) for row in rows], dtype=polars_type(type_))
        return pl.DataFrame(columns)


def sorted_by_time(events: Sequence[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """In order of time; events of one instant keep their order of arrival, as the log gives them."""
    return sorted(events, key=lambda event: event[1]["_time"])
