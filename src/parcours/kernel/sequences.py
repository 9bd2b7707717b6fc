"""Sequences: whether elements of a list follow one another in time, each meeting its step.

Step by step, for all rows at once. What is known after a step are *states*: for each row the elements chosen that later
steps read, and the earliest time at which the step can have happened with these. A step that no later step reads
leaves one state per row, so that the usual sequence costs a search in sorted arrays. Where a condition reads earlier
elements, states and the elements after them are joined and the condition is evaluated over the pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from parcours.core.schema import ANY, BOOLEAN, DATE_TIME, STRING, Kind, Type, polars_type
from parcours.kernel.elements import ELEMENT, LIST, either, rows_of
from parcours.kernel.leaves import Read, microseconds, read
from parcours.kernel.paths import inside
from parcours.kernel.scope import Compile, Scope
from parcours.kernel.stages import Program, Stages, evaluated, outcome, outcome_type, parts_of, program
from parcours.language import tree
from parcours.language.functions import registry
from parcours.language.functions.declaration import Column
from parcours.language.functions.flat import Bools, Int64s, flat
from parcours.language.scopes import conditions, earlier_steps, kept_after
from parcours.language.tree import Call, Node

#: At most so many pairs of a state and an element are looked at together.
PAIRS = 1_000_000


@dataclass(frozen=True)
class _Condition:
    """A condition of a step and what it computes; ``reads`` are the earlier steps whose elements it reads."""

    column: Column
    stages: Stages
    reads: tuple[int, ...]


@dataclass(frozen=True)
class _Step:
    """A step: ``alone`` reads its own element only, ``linked`` also earlier ones; ``kept`` are read later."""

    alone: _Condition
    linked: _Condition | None
    count: int
    kept: tuple[int, ...]


def followed(node: tree.Sequence, over: Column, compile_: Compile, scope: Scope) -> Column:
    """The column of ``node``; a null list has no elements."""
    made = program(list(_around(node)), scope.read)
    steps = tuple(_step(node, position, over, compile_, scope, made) for position in range(len(node.steps)))
    fails = any(part.column.failed is not None for step in steps for part in (step.alone, step.linked) if part)
    dtype = outcome_type(BOOLEAN) if fails else polars_type(BOOLEAN)
    time = inside(pl.col(ELEMENT), over.type.element or ANY, node.time, ANY)
    run = partial(_run, steps, _instants(time), fails)
    expr = made.over(run, [over.expr.alias(LIST)], dtype)
    found = parts_of(expr, BOOLEAN, nullable=False) if fails else Column(expr, BOOLEAN, nullable=False)
    return replace(found, failed=either(found.failed, over.failed))


def _instants(time: Column) -> pl.Expr:
    """The times of elements in microseconds; texts are read as times."""
    if time.type.kind is Kind.STRING:
        read_ = registry.get("read_instant").columns(replace(time, type=STRING, nullable=True))
        return microseconds(read_, DATE_TIME)
    return microseconds(time.expr, time.type)


def _around(node: tree.Sequence) -> Iterator[Read]:
    for position, step in enumerate(node.steps, start=1):
        for part in conditions(step):
            yield from read(part, position)


def _step(node: tree.Sequence, position: int, over: Column, compile_: Compile, scope: Scope, made: Program) -> _Step:
    step = node.steps[position]
    linked = [part for part in conditions(step) if earlier_steps(part, position)]
    alone = [part for part in conditions(step) if part not in linked]
    condition = partial(_condition, position, over.type.element or ANY, compile_, scope, made)
    return _Step(condition(alone), condition(linked) if linked else None, step.count, kept_after(node, position))


def _condition(
    position: int, element: Type, compile_: Compile, scope: Scope, made: Program, parts: Sequence[Node]
) -> _Condition:
    stages = Stages()

    def field(up: int, path: Sequence[str], type_: Type) -> Column:
        return inside(pl.col(ELEMENT if up == 0 else _chosen(position - up)), element, path, type_)

    within = Scope(made.leaf, position + 1, field, None if scope.stages is None else stages)
    node = Call("and", (*parts, tree.Literal(True, BOOLEAN)), BOOLEAN)
    reads = sorted({step for part in parts for step in earlier_steps(part, position)})
    return _Condition(compile_(node, within), stages, tuple(reads))


def _chosen(step: int) -> str:
    """The column of the element chosen for a step."""
    return f"_step{step}"


# --- the search ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Able:
    """The elements that meet a step on their own, in order of row and time; ``keys`` grow with both."""

    places: Int64s
    keys: Int64s


@dataclass(frozen=True)
class _States:
    """For each state its row, the key of the time of its last element, and the elements chosen for the kept steps."""

    owner: Int64s
    last: Int64s
    chosen: dict[int, Int64s]

    def __len__(self) -> int:
        return len(self.owner)

    def part(self, which: slice) -> _States:
        return _States(self.owner[which], self.last[which], {step: at[which] for step, at in self.chosen.items()})


class _Search:
    """The search over the lists of one frame."""

    def __init__(self, frame: pl.DataFrame, time: pl.Expr) -> None:
        every = flat(frame[LIST])
        times = every.elements.alias(ELEMENT).to_frame().with_columns(time.cast(pl.Int64).alias("time"))["time"]
        self.found = every.where(times.is_not_null().to_numpy())
        self.rows = rows_of(frame, self.found)
        self.around = frame.drop(LIST)
        ranks = times.drop_nulls().rank("dense").cast(pl.Int64).to_numpy()
        self.span = int(ranks.max(initial=0)) + 2
        self.keys = self.found.owner * self.span + ranks
        self.failed = np.zeros(self.found.height, np.bool_)

    def start(self) -> _States:
        """One state per row, before all elements."""
        owner = np.arange(self.found.height, dtype=np.int64)
        return _States(owner, owner * self.span, {})

    def able(self, condition: _Condition) -> _Able:
        met = self._met(self.rows, self.found.owner, condition)
        places = np.flatnonzero(met)
        places = places[np.argsort(self.keys[places], kind="stable")]
        return _Able(places, self.keys[places])

    def _met(self, rows: pl.DataFrame, owner: Int64s, condition: _Condition) -> Bools:
        values, failed = evaluated(rows, condition.stages, condition.column)
        if failed is not None:
            self.failed[owner[failed.to_numpy()]] = True
        return values.fill_null(False).to_numpy().astype(np.bool_)

    def after(self, states: _States, position: int, step: _Step) -> _States:
        """The states after a step."""
        able = self.able(step.alone)
        if step.linked is None and position not in step.kept:
            return self._earliest(states, step, able)
        parts = [self._joined(states.part(part), position, step, able) for part in self._slices(states, able)]
        chosen = {number: np.concatenate([part.chosen[number] for part in parts]) for number in step.kept}
        owner = np.concatenate([part.owner for part in parts])
        return _reduced(_States(owner, np.concatenate([part.last for part in parts]), chosen))

    def _bounds(self, states: _States, able: _Able) -> tuple[Int64s, Int64s]:
        """For each state where its later elements begin and end among the able ones."""
        start = np.searchsorted(able.keys, states.last, side="right")
        end = np.searchsorted(able.keys, (states.owner + 1) * self.span, side="left")
        return start, end

    def _earliest(self, states: _States, step: _Step, able: _Able) -> _States:
        start, end = self._bounds(states, able)
        there = np.flatnonzero(start + step.count - 1 < end)
        last = able.keys[start[there] + step.count - 1]
        return _reduced(
            _States(states.owner[there], last, {number: states.chosen[number][there] for number in step.kept})
        )

    def _slices(self, states: _States, able: _Able) -> Iterator[slice]:
        """The states in stretches of not too many pairs."""
        start, end = self._bounds(states, able)
        before = np.concatenate([[0], np.cumsum(end - start)])
        first = 0
        while first < len(states):
            next_ = max(first + 1, int(np.searchsorted(before, before[first] + PAIRS, side="right")) - 1)
            yield slice(first, next_)
            first = next_
        if not len(states):
            yield slice(0, 0)

    def _joined(self, states: _States, position: int, step: _Step, able: _Able) -> _States:
        start, end = self._bounds(states, able)
        state = np.repeat(np.arange(len(states)), end - start)
        within = np.arange(len(state)) - np.repeat(np.cumsum(end - start) - (end - start), end - start)
        element = able.places[start[state] + within]
        if step.linked is not None:
            met = self._met(self._pairs(states, state, element, step.linked), states.owner[state], step.linked)
            state, element = state[met], element[met]
        if step.count > 1:
            counted = self._counted(state, element, step.count)
            state, element = state[counted], element[counted]
        chosen = {number: element if number == position else states.chosen[number][state] for number in step.kept}
        return _States(states.owner[state], self.keys[element], chosen)

    def _pairs(self, states: _States, state: Int64s, element: Int64s, condition: _Condition) -> pl.DataFrame:
        columns = [
            self.found.elements.gather(pl.Series(states.chosen[number][state])).alias(_chosen(number))
            for number in condition.reads
        ]
        own = self.found.elements.gather(pl.Series(element)).alias(ELEMENT)
        around = self.around[states.owner[state]] if self.around.width else pl.DataFrame()
        return pl.DataFrame([own, *columns, *around.get_columns()])

    def _counted(self, state: Int64s, element: Int64s, count: int) -> Bools:
        """Which pairs have at least ``count`` elements up to their time; pairs are in order of state and time."""
        first = np.searchsorted(state, state, side="left")
        needed = first + count - 1
        enough = needed < np.searchsorted(state, state, side="right")
        keys = self.keys[element]
        counted: Bools = enough & (keys >= keys[np.where(enough, needed, 0)])
        return counted


def _reduced(states: _States) -> _States:
    """Of states that look the same to all later steps only the earliest."""
    order = np.lexsort((states.last, *states.chosen.values(), states.owner))
    owner, chosen = states.owner[order], {number: at[order] for number, at in states.chosen.items()}
    changes = [np.diff(column, prepend=-1) != 0 for column in (owner, *chosen.values())]
    first = np.logical_or.reduce(changes) if len(order) else np.zeros(0, np.bool_)
    return _States(owner[first], states.last[order][first], {number: at[first] for number, at in chosen.items()})


def _run(steps: Sequence[_Step], time: pl.Expr, fails: bool, frame: pl.DataFrame) -> pl.Series:
    search = _Search(frame, time)
    states = search.start()
    for position, step in enumerate(steps):
        states = search.after(states, position, step)
    answer = np.zeros(frame.height, np.bool_)
    answer[states.owner] = True
    found = pl.Series(answer)
    return outcome(found, pl.Series(search.failed)) if fails else found
