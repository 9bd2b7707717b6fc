"""What time alone will do to a segment, if nothing else happens: its features and rules, moved ahead by themselves.

Only what the segment reads is taken along, as a copy: the live state goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from parcours.core.interrupting import look
from parcours.core.schema import Schema
from parcours.engines.state import State
from parcours.flow.segments.effective import TickTrace
from parcours.flow.segments.stage import Published, SegmentStage
from parcours.kernel.attributes import AttributeStore
from parcours.kernel.book import FeatureBook
from parcours.kernel.keys import needed
from parcours.kernel.rows import Bools, Profiles, Rows
from parcours.language.check.names import PROFILE_ID
from parcours.language.tree import attributes

_NOBODY = np.empty(0, np.int32), np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a segment stands at an instant to come.

    Attributes:
        at: the instant, microseconds.
        entering: people who are not in the segment now, and are in it here for the first time.
        leaving: people who are in the segment now, and are not in it here for the first time.
        members: how many are in it here.
    """

    at: int
    entering: int
    leaving: int
    members: int


class Forecast:
    """A segment that moves ahead of the live state. Making it reads the state; moving it does not.

    Args:
        state: the live state; only read.
        segment: a published segment.
    """

    def __init__(self, state: State, segment: str) -> None:
        assert state.now is not None
        self._segment, self._now = segment, state.now
        self._alive: Bools = state.alive.copy()
        self._everybody: Profiles = np.flatnonzero(self._alive).astype(np.int32)
        published = _with_all_it_refers_to(state, segment)
        self._book = _book(state, list(published.values()))
        self._stage = SegmentStage(self._book)
        self._stage.resize(state.profiles)
        self._stage.define_all(
            {name: (item.version, item.rule.node) for name, item in published.items()},
            {name: item.schedule for name, item in published.items() if item.schedule is not None},
        )
        for name in published:
            self._stage.bits.flip(name, state.segments.bits.members(name))

    def at(self, instants: Sequence[int]) -> Iterator[Outlook]:
        """How the segment stands at these instants, in order."""
        first = self._inside()
        moved = np.zeros(len(first), np.bool_)
        for instant in instants:
            look()
            self._advance(instant)
            inside = self._inside()
            new = (inside != first) & ~moved
            moved |= new
            yield Outlook(instant, int((new & ~first).sum()), int((new & first).sum()), int(inside.sum()))

    def _inside(self) -> Bools:
        return self._stage.bits.get(self._segment, self._everybody)

    def _advance(self, now: int) -> None:
        changed = self._book.advance(self._now, now)
        trace = TickTrace(self._now, now, (), _NOBODY)
        self._stage.advance(changed, trace, self._alive)
        self._book.settle()
        self._now = now


def _with_all_it_refers_to(state: State, segment: str) -> dict[str, Published]:
    found: dict[str, Published] = {}
    ahead = [segment]
    while ahead:
        name = ahead.pop()
        item = state.segments.published.get(name)
        if item is not None and name not in found:
            found[name] = item
            ahead += item.rule.members
    return found


def _book(state: State, published: Sequence[Published]) -> FeatureBook:
    """A copy of what these rules read."""
    live, rules = state.book, [item.rule.node for item in published]
    book = FeatureBook(live.schema, state.profiles)
    book.pool = live.pool.copy()
    book.attributes = _attributes(state, {name for rule in rules for name in attributes(rule)})
    for name in {name for item in published for name in item.rule.been}:
        everybody = np.arange(state.profiles, dtype=np.int32)
        book.been.resize(state.profiles)
        book.been.mark(name, everybody[live.been.get(name, everybody)])
    specs = dict.fromkeys(key[0] for rule in rules for key in needed(rule))
    history = {spec: _copied(live.streams[spec].rows) for spec in specs if spec in live.streams}
    book.require(rules, history, cast(int, state.now))
    return book


def _attributes(state: State, names: set[str]) -> AttributeStore:
    """The attributes with these names; other ones are not there."""
    live, known = state.book.attributes, {name: kind for name, kind in state.schema.attributes.items() if name in names}
    store = AttributeStore(Schema(known), state.profiles)
    whose = {name: live.known(name) for name in known}
    store.load({name: pl.DataFrame({"profile": some, "value": live.get(name, some)}) for name, some in whose.items()})
    if PROFILE_ID in names:
        ids = state.ids(np.arange(state.profiles, dtype=np.int32))
        store.ids = lambda profiles: ids[profiles]
    return store


def _copied(rows: Rows) -> Rows:
    values = None if rows.values is None else rows.values.copy()
    return Rows(rows.profiles.copy(), rows.times.copy(), values)
