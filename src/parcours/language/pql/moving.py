"""Edges of stretches of time, and the windows that stretches which move with the clock are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from parcours.language import window_kinds
from parcours.language.calendar import LENGTHS, MONTHS
from parcours.language.tree import Literal, Node, Now
from parcours.language.window_kinds import Window
from parcours.language.windows import relative

#: Longer than all the time there is: 24,000 years, of whole millennia and of whole weeks.
_MONTHS = 24_000 * 12
_LENGTH = 8_784_006 * LENGTHS["day"]


@dataclass(frozen=True, slots=True)
class Shift:
    """So many units later (earlier when negative)."""

    n: int
    unit: str


@dataclass(frozen=True, slots=True)
class Floor:
    """Back to the start of the calendar unit."""

    unit: str


Move: TypeAlias = Shift | Floor


@dataclass(frozen=True, slots=True)
class Edge:
    """The instant that moves lead to from ``base``; ``closed`` tells whether it belongs to the stretch."""

    base: Node
    moves: tuple[Move, ...] = ()
    closed: bool = True

    def then(self, n: int, unit: str) -> Edge:
        """The edge so many units later."""
        return self if n == 0 else replace(self, moves=(*self.moves, Shift(n, unit)))

    def floor(self, unit: str) -> Edge:
        """The edge at the start of the unit that holds it."""
        return replace(self, moves=(*self.moves, Floor(unit)))

    def shut(self, closed: bool) -> Edge:
        return replace(self, closed=closed)

    @property
    def moves_with_clock(self) -> bool:
        return isinstance(self.base, Now)

    @property
    def fixed(self) -> bool:
        return isinstance(self.base, Literal) and self.base.value is not None


def most(unit: str) -> int:
    """More units than there is time for: longer distances are the same."""
    return _LENGTH // LENGTHS[unit] if unit in LENGTHS else _MONTHS // MONTHS[unit]


def moving_window(start: Edge | None, end: Edge | None) -> Window | None:
    """The window between two edges that start from now, or ``None`` when no window says it."""
    lower = None if start is None else _of_window(start)
    upper = None if end is None else _of_window(end)
    if (lower is None and start is not None) or (upper is None and end is not None):
        return None
    return relative(lower, upper)


def _of_window(edge: Edge) -> window_kinds.Edge | None:
    """The edge as windows write it: at most one start of a unit, then one step."""
    aligned: str | None = None
    step = Shift(0, "day")
    for move in edge.moves:
        if isinstance(move, Shift):
            joined = _joined(step, move)
            if joined is None:
                return None
            step = joined
        elif aligned is None and _keeps(move.unit, step):
            aligned = move.unit
        elif aligned is not None and _begins(move.unit, aligned, step):
            continue
        elif aligned is not None and _nested(aligned, move.unit) and _keeps(move.unit, step):
            aligned = move.unit
        else:
            return None
    return window_kinds.Edge(step.n, step.unit, aligned, edge.closed)


def _joined(first: Shift, second: Shift) -> Shift | None:
    """Both steps as one, when both are of fixed length or both of the calendar."""
    for lengths in (LENGTHS, MONTHS):
        if second.unit in lengths and (first.n == 0 or first.unit in lengths):
            unit = second.unit if first.n == 0 else min(first.unit, second.unit, key=lengths.__getitem__)
            total = first.n * lengths.get(first.unit, 0) + second.n * lengths[second.unit]
            return Shift(total // lengths[unit], unit)
    return None


def _keeps(unit: str, step: Shift) -> bool:
    """Whether the start of the unit may be taken before the step as well as after it: it is a step of whole units."""
    for lengths in (LENGTHS, MONTHS):
        if unit in lengths and step.unit in lengths:
            return step.n * lengths[step.unit] % lengths[unit] == 0
    return step.n == 0


def _begins(unit: str, aligned: str, step: Shift) -> bool:
    """Whether the start of a unit ``aligned``, moved by a step, is the start of a ``unit`` anyway."""
    return _nested(unit, aligned) and (_keeps(unit, step) or step.unit in MONTHS)


def _nested(small: str, large: str) -> bool:
    """Whether every large unit is made of whole small ones."""
    if small in LENGTHS and large in LENGTHS:
        return LENGTHS[large] % LENGTHS[small] == 0
    if small in MONTHS and large in MONTHS:
        return MONTHS[large] % MONTHS[small] == 0
    return small in LENGTHS and small != "week" and large in MONTHS
