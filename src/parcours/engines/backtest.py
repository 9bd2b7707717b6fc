"""A draft over the recorded past: who would have entered, waited, gone where and been written to, sending nothing.

Memberships are not computed again: the log says who entered and left which segment when. So only what the draft itself
reads is kept, and time jumps from one instant at which something happens to the next. Calls are answered by a made-up
outside, which plays the rates of the endpoints; what answers in the same stretch of time is worked off at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import HOUR
from parcours.core.deferred import frame_of
from parcours.core.facts import (
    OUTCOME_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    DefinitionChange,
    EventBatch,
    Outputs,
    Qualifications,
    empty,
)
from parcours.core.schema import Schema
from parcours.engines.batched import BatchedOutside
from parcours.engines.ended import taken_out
from parcours.engines.intake import Ahead, Cut
from parcours.engines.outside import CALL, SEAT, SOURCE, Stub
from parcours.engines.state import State
from parcours.engines.tick import StatePeople
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.activities.base import SignalListener
from parcours.flow.journeys.advance import advance
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.steplog import DeliveryRows
from parcours.flow.journeys.unnamed import is_read_unnamed
from parcours.kernel.histories import columns_needed, history_of
from parcours.kernel.streams import StreamSpec
from parcours.language.tree import Attribute, Node, members, walk
from parcours.store.log import Log

#: Channels on which somebody waits for an answer.
_CALLS = frozenset({CALL, SOURCE, SEAT})


@dataclass(frozen=True)
class Past:
    """What the log knows of the time before, as far as a draft looks at it; every frame in order of time.

    Attributes:
        profiles: who there is, ``NEW_PROFILE_COLUMNS``.
        changes: of attributes.
        events: by type.
        qualifications: of segments.
    """

    schema: Schema
    profiles: pl.DataFrame
    changes: pl.DataFrame
    events: Mapping[str, pl.DataFrame]
    qualifications: pl.DataFrame

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last instant of which something is known, ``None`` where nothing is."""
        times = [microseconds(frame["_time"]) for frame in (self.changes, *self.events.values())]
        times.append(microseconds(self.qualifications["effective"]))
        known = np.concatenate(times)
        return (int(known.min()), int(known.max())) if len(known) else None


def past_of(log: Log, draft: JourneyDefinition) -> Past:
    """What the log knows of everything that ``draft`` looks at."""
    schema, rules = log.schema, [*draft.rules.values()]
    state = State(schema)
    specs = state.book.missing([state.readable(rule) for rule in draft.profile_rules()])
    named = {part.path[0] for rule in rules for part in walk(rule) if isinstance(part, Attribute)}
    named |= {spec.event[1:].split(".")[0] for spec in specs if spec.event.startswith("@")}
    attributes = [name for name in schema.attributes if name in named | draft.attributes() or is_read_unnamed(name)]
    events: dict[str, set[str]] = {}
    for event, columns in columns_needed(state.book, specs).items():
        events.setdefault(event, set()).update(columns)
    for event in draft.events():
        if event in schema.events:
            events.setdefault(event, set()).update(schema.events[event])
    segments = {*draft.entry.segments, *(name for _, name, _ in draft.exits() if name is not None)}
    segments |= {name for rule in rules for name in members(rule)} | set(Plan(draft, 0).segments)
    changes = log.changes(attributes) if attributes else empty(PROFILE_CHANGE_COLUMNS)
    return Past(
        schema,
        log.profile_ids(),
        changes,
        {event: log.events(event, sorted(columns)) for event, columns in events.items() if event in schema.events},
        log.qualifications(sorted(segments)),
    )


@dataclass(frozen=True)
class Backtested:
    """What a draft would have done.

    Attributes:
        steps, deliveries, outcomes: as the log would have them.
        ids: external ids of profiles by number.
        start, end: the stretch of time.
        standing: who would be where at the end, see :meth:`JourneysState.where`.
    """

    journey: str
    version: int
    start: int
    end: int
    steps: pl.DataFrame
    deliveries: pl.DataFrame
    outcomes: pl.DataFrame
    standing: pl.DataFrame
    ids: pl.Series = field(repr=False)


def backtest(
    past: Past,
    draft: JourneyDefinition,
    start: int,
    end: int,
    *,
    answers: Mapping[str, Stub] | None = None,
    planner: Planner | None = None,
    step: int = HOUR,
    around: Sequence[DefinitionChange] = (),
    watch: Callable[[int], None] | None = None,
) -> Backtested:
    """Play a draft from ``start`` to ``end`` over the past.

    Args:
        answers: what answers the calls of activities; every call goes well, with an empty answer, where nothing is
            said.
        planner: says how calls are made, with the rates of endpoints; without it there are none.
        step: conditions and messages see values at the end of stretches of this length, at most.
        around: rule sets and suppressed addresses that hold.
        watch: told of every instant that was reached.
    """
    return _Backtest(past, draft, start, end, BatchedOutside(draft, step, answers, planner), step).run(around, watch)


class _Backtest:
    """One backtest on its way."""

    def __init__(
        self, past: Past, draft: JourneyDefinition, start: int, end: int, outside: BatchedOutside, step: int
    ) -> None:
        self._draft, self._start, self._end, self._step = draft, start, end, step
        self._outside = outside
        self._wants_messages = any(isinstance(heard, SignalListener) for _, heard in draft.listeners())
        self._state = State(past.schema)
        self._state.add_profiles(past.profiles)
        self._changes = Cut(past.changes)
        self._events = {event: Cut(rows) for event, rows in past.events.items()}
        self._changes_of_members = Qualifications.of(past.qualifications)
        self._changed = 0
        self._ahead = Ahead(self._state.book, ())
        self._heard = draft.events()
        self._listened = [event for event in self._events if event in self._heard]
        self._outputs: list[Outputs] = []
        self._outcomes: list[pl.DataFrame] = []

    def run(self, around: Sequence[DefinitionChange], watch: Callable[[int], None] | None) -> Backtested:
        state, start = self._state, self._start
        self._begin(start)
        prev = start
        draft = self._draft
        published = DefinitionChange("journey", draft.id, draft.version, "publish", draft.to_json())
        self._move(prev, start, [*around, published])
        for now in self._instants():
            self._move(prev, now, ())
            prev = now
            if watch is not None:
                watch(now)
        found = self._outputs or [Outputs()]
        steps = frame_of([outputs.tables["steps"] for outputs in found])
        deliveries = frame_of([outputs.tables["deliveries"] for outputs in found])
        outcomes = pl.concat([empty(OUTCOME_COLUMNS), *self._outcomes])
        ids = state.register.ids(np.arange(state.profiles, dtype=np.int32))
        where = state.journeys.where(self._draft.id)
        return Backtested(
            self._draft.id, self._draft.version, start, self._end, steps, deliveries, outcomes, where, ids
        )

    def _begin(self, start: int) -> None:
        """Everything as it was before ``start``."""
        state = self._state
        state.book.take_attributes(self._changes.take(start - 1), start - 1, start - 1)
        rules: list[Node] = [state.readable(rule) for rule in self._draft.profile_rules()]
        specs = state.book.missing(rules)
        before = {event: cut.take(start - 1) for event, cut in self._events.items()}
        history: Mapping[StreamSpec, object] = history_of(state.book, specs, before)
        state.keep_features(self._draft, history, start - 1)  # type: ignore[arg-type]
        self._flip(self._members_until(start - 1))
        after = {event: cut.rows.slice(before[event].height) for event, cut in self._events.items()}
        streamed = {spec.event for spec in specs}
        self._ahead = Ahead(state.book, (EventBatch(event, rows) for event, rows in after.items() if event in streamed))
        state.now = start - 1

    def _members_until(self, now: int) -> Qualifications:
        """The next changes of membership, up to and including ``now``."""
        every = self._changes_of_members
        first, self._changed = self._changed, int(np.searchsorted(every.effective, now, side="right"))
        rows = slice(first, self._changed)
        return Qualifications(every.kinds, every.kind[rows], every.profile[rows], every.effective[rows])

    def _flip(self, changed: Qualifications) -> None:
        """Memberships as these changes left them."""
        if not changed.height:
            return
        bits = self._state.segments.bits
        kinds = changed.kinds
        for segment in dict.fromkeys(kinds[code][0] for code in np.unique(changed.kind).tolist()):
            codes = [code for code, kind in enumerate(kinds) if kind[0] == segment]
            rows = np.flatnonzero(np.isin(changed.kind, codes))
            profiles, last = np.unique(changed.profile[rows][::-1], return_index=True)
            entered = np.array([kind[2] == "realized" for kind in kinds])
            enters = entered[changed.kind[rows][::-1][last]]
            if segment not in bits:
                bits.add(segment)
            different = bits.get(segment, profiles) != enters
            bits.flip(segment, profiles[different])
            self._state.book.been.mark(segment, changed.profile[rows][entered[changed.kind[rows]]])

    def _instants(self) -> Iterator[int]:
        """The ends of the stretches in which something happens, in order."""
        known = self._grid()
        place, now = 0, self._start
        while now < self._end:
            while place < len(known) and known[place] <= now:
                place += 1
            found = [int(known[place])] if place < len(known) else []
            for due in (self._state.journeys.next_due(), self._outside.due):
                if due is not None:
                    found.append(int(self._ends(np.array(max(due, now + 1)))))
            now = min([*found, self._end])
            yield now

    def _ends(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ends of the stretches in which these instants lie."""
        ends: NDArray[np.int64] = -(-(at - self._start) // self._step) * self._step + self._start
        return np.minimum(ends, self._end)

    def _grid(self) -> NDArray[np.int64]:
        """The ends of the stretches in which something comes in that journeys notice."""
        times = [self._changes_of_members.effective, *(self._events[event].times for event in self._listened)]
        inside = np.concatenate([np.empty(0, np.int64), *times])
        inside = inside[(inside >= self._start) & (inside <= self._end)]
        return np.unique(self._ends(inside))

    def _move(self, prev: int, now: int, controls: Sequence[DefinitionChange]) -> None:
        """One stretch of time."""
        state = self._state
        own = state.journeys.writes
        changes, sent = own.changes(), own.events()
        own.clear()
        fresh = self._changes.take(now)
        changes = pl.concat([changes, fresh], how="diagonal_relaxed") if changes.height else fresh
        state.book.take_attributes(changes, prev, now)
        state.book.take_events([*self._ahead.take(now), *map(state.book.reduce, sent)])
        state.book.advance(prev, now)
        changed = self._members_until(now)
        self._flip(changed)
        heard = {event: rows for event in self._listened if (rows := self._events[event].take(now)).height}
        heard |= {batch.type: batch.rows for batch in sent if batch.type in self._heard}
        self._tick(
            prev,
            now,
            JourneyInputs(
                prev,
                now,
                StatePeople(state, now),
                qualifications=changed,
                events=heard,
                controls=controls,
            ),
        )
        state.book.settle()
        state.now = now

    def _tick(self, prev: int, now: int, inputs: JourneyInputs) -> None:
        """The journeys, and the answers that they get within the same stretch."""
        outcomes = self._answers(now)
        state = self._state.journeys
        if outcomes.height:
            inputs = JourneyInputs(
                prev,
                now,
                inputs.people,
                qualifications=inputs.qualifications,
                events=inputs.events,
                outcomes=outcomes,
                controls=inputs.controls,
            )
        self._take(advance(state, inputs), now)
        while (outcomes := self._answers(now)).height:
            self._take(advance(state, JourneyInputs(now, now, inputs.people, outcomes=outcomes)), now)

    def _answers(self, now: int) -> pl.DataFrame:
        due = self._outside.due
        if due is None or due > now:
            return empty(OUTCOME_COLUMNS)
        found = self._outside.advance(now)
        self._outcomes.append(found)
        return found

    def _take(self, outputs: Outputs, now: int) -> None:
        """Keep what came out, and put the calls among it to the outside."""
        if not any(outputs.heights):
            return
        self._outputs.append(outputs)
        ended = taken_out([outputs.tables["steps"]])
        if ended:
            self._outside.withdraw(ended, now)
        if not outputs.heights[2] or not (self._wants_messages or _channels(outputs) & _CALLS):
            return
        deliveries = outputs.deliveries
        if not self._wants_messages:
            deliveries = deliveries.filter(pl.col("channel").is_in(list(_CALLS)))
        if deliveries.height:
            self._outside.take(deliveries)


def _channels(outputs: Outputs) -> frozenset[str]:
    """The channels of what was handed over."""
    table = outputs.tables["deliveries"]
    if isinstance(table, DeliveryRows):
        return frozenset(str(texts[3]) for texts in table.texts)
    return frozenset(outputs.deliveries["channel"].to_list())
