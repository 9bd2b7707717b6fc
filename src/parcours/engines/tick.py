"""One tick: ``tick(state, batch, now) -> outputs``.

The only place where the stages meet. A pure function in the sense that matters: no I/O, no clock, no
chance, so the same batches in the same order give the same outputs, bit for bit. The state is consumed: it
becomes the state after the tick. Everything is computed per profile, so any split of the profiles gives the
same outputs. What ranks people asks a census (decision 016); only the limit of people in a test does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from parcours.core.facts import INSTANT, WAS, Batch, DefinitionChange, EventBatch, Outputs, Qualifications
from parcours.core.schema import Schema
from parcours.engines.state import State
from parcours.flow.journeys.advance import advance
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.inputs import Census, JourneyInputs, alone
from parcours.flow.segments.effective import TickTrace
from parcours.flow.segments.schedules import Schedule
from parcours.kernel.beside import Beside
from parcours.kernel.book import Reduced
from parcours.kernel.evaluate import holds
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows
from parcours.kernel.streams import StreamSpec
from parcours.kernel.values import attributes, values
from parcours.language.tree import Node
from parcours.language.tree_json import from_json

#: Actions with a definition whose features have to be there from then on.
STARTS = frozenset({"publish", "reopen", "test_on", "dry_run_on", "edit"})

History = Mapping[StreamSpec, Rows]


def tick(
    state: State,
    batch: Batch,
    now: int,
    history: History | None = None,
    reduced: Sequence[Reduced] | None = None,
    census: Census = alone,
) -> Outputs:
    """Take in ``batch`` and move everything to ``now``.

    Args:
        state: the state after the last tick; consumed.
        batch: what arrived since.
        now: the instant of this tick in microseconds, not before the last one.
        history: rows of past events for streams that definitions of this batch need (see
            :func:`streams_to_read`).
        reduced: the rows of the batch's events by stream, where they were worked out ahead.
        census: ranks people among all of the workspace, where the state holds a part of the profiles.

    Raises:
        ValueError: ``now`` lies before the last tick.
    """
    prev = now if state.now is None else state.now
    if now < prev:
        raise ValueError("time runs forward only")
    state.journeys.writes.clear()  # they are in the batch
    state.erase(batch.erased)
    state.take_controls(batch.definitions)
    withdrawn, unused = _withdraw(state, batch, now)
    fresh = _define(state, batch, prev, history or {})
    state.add_profiles(batch.new_profiles)
    linked = state.link(batch)
    attributes = state.book.take_attributes(batch.profile_changes, prev, now)
    state.book.take_back([*batch.retracted, *map(_as_they_were, batch.moved)])
    state.journeys.retract(batch.retracted)
    state.book.take_events(
        [*map(state.book.reduce, batch.moved), *(map(state.book.reduce, batch.events) if reduced is None else reduced)]
    )
    trace = TickTrace(prev, now, attributes, _created(batch, prev, now), linked)
    changed = state.book.advance(prev, now)
    moved = _caused(state, batch, state.segments.advance(changed, trace, state.alive, fresh))
    published = state.segments.publish(fresh, now, state.alive)
    outputs = _journeys(state, batch, prev, now, Qualifications.joined([*withdrawn, moved, published]), census)
    _release(state, batch, unused)
    state.book.settle()
    state.tick, state.now = state.tick + 1, now
    return outputs


def streams_to_read(state: State, changes: tuple[DefinitionChange, ...]) -> list[StreamSpec]:
    """The streams that these definitions need and the state does not keep: read their past from the log."""
    return state.book.missing(state.readable(node) for change in changes for node in rules_of(change))


def rules_of(change: DefinitionChange) -> list[Node]:
    """The typed rules of a definition that is being published."""
    if change.action not in STARTS:
        return []
    if change.kind == "segment":
        return [from_json(change.body["rule"])]  # type: ignore[arg-type]
    if change.kind != "journey":
        return []
    return list(JourneyDefinition.from_json(change.body).profile_rules())


def _withdraw(state: State, batch: Batch, now: int) -> tuple[list[Qualifications], list[Node]]:
    """What happens as segments are stopped, and their rules."""
    gone, rules = [], []
    for change in batch.definitions:
        if change.action == "stop" and change.kind == "segment" and change.id in state.segments.published:
            gone.append(state.segments.empty_out(change.id, now))
            rules.append(state.segments.published[change.id].rule.node)
            state.segments.withdraw(change.id)
    return gone, rules


def _define(state: State, batch: Batch, prev: int, history: History) -> list[str]:
    """Take over published definitions; gives the segments that are new or edited."""
    fresh = {
        change.id: (change.version, state.readable(rules_of(change)[0]))
        for change in batch.definitions
        if change.action == "publish" and change.kind == "segment"
    }
    if fresh:
        state.book.require([rule for _, rule in fresh.values()], history, prev)
        state.book.release([known.rule.node for id_ in fresh if (known := state.segments.published.get(id_))])
        state.segments.define_all(fresh, _schedules(batch))
    for change in batch.definitions:
        if change.kind == "journey" and change.action in STARTS:
            state.keep_features(JourneyDefinition.from_json(change.body), history, prev)
    return list(fresh)


def _schedules(batch: Batch) -> dict[str, Schedule]:
    """The schedules of the batch segments that are published."""
    return {
        change.id: Schedule.from_json(evaluation)
        for change in batch.definitions
        if change.kind == "segment" and isinstance(evaluation := change.body.get("evaluation"), Mapping)
    }


def _release(state: State, batch: Batch, unused: list[Node]) -> None:
    """Drop what only definitions read that are over. At the end: what is published in this tick may read it, too."""
    if unused:
        state.book.release(unused)
    for journey in state.journeys_with_features:
        if state.journeys.has_stopped(journey):
            state.release_features(journey)


def _as_they_were(moved: EventBatch) -> EventBatch:
    """Events that change hands, as those of the profiles whose they were."""
    return EventBatch(moved.type, moved.rows.with_columns(_profile=WAS))


def _caused(state: State, batch: Batch, moved: Qualifications) -> Qualifications:
    """What changed for those who were joined or separated, changed by that."""
    for cause in ("merge", "unmerge") if batch.links.height and moved.height else ():
        parts = np.concatenate(batch.joined(cause))
        about = np.isin(moved.profile, state.register.current(parts))
        kinds = [(segment, version, status, cause) for segment, version, status, _ in moved.kinds]
        moved = Qualifications(
            [*moved.kinds, *kinds],
            np.where(about, moved.kind + len(moved.kinds), moved.kind),
            moved.profile,
            moved.effective,
        )
    return moved


def _created(batch: Batch, prev: int, now: int) -> tuple[Profiles, Int64s]:
    new = batch.new_profiles
    if not new.height:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    times = new["_time"].cast(INSTANT).to_physical().to_numpy()
    return new["_profile"].to_numpy(), np.where((times > prev) & (times <= now), times, now)


def _journeys(
    state: State, batch: Batch, prev: int, now: int, qualifications: Qualifications, census: Census
) -> Outputs:
    inputs = JourneyInputs(
        prev=prev,
        now=now,
        people=StatePeople(state, now),
        more=batch.more,
        qualifications=qualifications,
        events={events.type: events.rows for events in batch.events},
        outcomes=batch.outcomes,
        joined=state.register.current(batch.joined("merge")[1]),
        controls=[_without_number(change) for change in batch.definitions if change.kind != "segment"],
        census=census,
    )
    return advance(state.journeys, inputs)


def _without_number(control: DefinitionChange) -> DefinitionChange:
    """A control as it was decided."""
    if "control" not in control.body:
        return control
    return replace(control, body={name: value for name, value in control.body.items() if name != "control"})


class StatePeople:
    """The profiles of a state at an instant, see :class:`parcours.flow.journeys.inputs.People`."""

    def __init__(self, state: State, now: int) -> None:
        self._state, self._now = state, now
        self.ids = state.ids
        self.hashes = state.hashes

    @property
    def schema(self) -> Schema:
        return self._state.schema

    def holds(self, rule: Node, profiles: Profiles, beside: Beside, clock: Int64s) -> Bools:
        state = self._state
        return holds(state.compiled(rule), state.book, profiles, self._now, state.segments.bits.get, beside, clock)

    def values(
        self, rule: Node, profiles: Profiles, beside: Beside, clock: Int64s, *, exact: bool = False
    ) -> pl.Series:
        state = self._state
        compiled, member = state.compiled(rule), state.segments.bits.get
        return values(compiled, state.book, profiles, self._now, member, beside, clock, exact=exact)

    def attributes(self, names: Sequence[str], profiles: Profiles, beside: Beside) -> pl.DataFrame:
        return attributes(names, self._state.book, profiles, beside)

    def known(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if name in self._state.schema.attributes]

    def numbers(self, ids: pl.Series) -> Profiles:
        return self._state.register.known(ids)

    def members(self, segment: str) -> Profiles:
        everybody = np.flatnonzero(self._state.alive).astype(np.int32)
        return everybody[self._state.segments.bits.get(segment, everybody)]
