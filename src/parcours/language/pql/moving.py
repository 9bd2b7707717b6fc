"""Edges of stretches of time, and the windows that stretches which move with the clock are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from parcours.language.calendar import LENGTHS, MONTHS
from parcours.language.tree import Calendar, Node, Rolling, Window

_CALENDAR_UNITS = ("day", "week", "month", "year")
#: Longer than all the time there is, in years.
_YEARS = 20_000
_DAYS_OF_YEAR = 366


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
    """The instant that moves lead to from ``base``."""

    base: Node
    moves: tuple[Move, ...] = ()

    def then(self, n: int, unit: str) -> Edge:
        """The edge so many units later."""
        return self if n == 0 else replace(self, moves=(*self.moves, Shift(n, unit)))


def most(unit: str) -> int:
    """More units than there is time for: longer distances are the same."""
    if unit in LENGTHS:
        return _YEARS * _DAYS_OF_YEAR * LENGTHS["day"] // LENGTHS[unit]
    return _YEARS * 12 // MONTHS[unit] + 1


def moving(start: Edge | None, end: Edge | None, start_closed: bool, end_closed: bool) -> Window | None:
    """The window between two edges that start from now, or ``None`` when no window says it."""
    if start is None or end is None:
        return None
    return _calendar(start, end, start_closed, end_closed) or _rolling(start, end, start_closed, end_closed)


def _calendar(start: Edge, end: Edge, start_closed: bool, end_closed: bool) -> Window | None:
    match start.moves, end.moves:
        case ((Floor(unit), *_), (Floor(other), *_)) if unit == other and unit in _CALENDAR_UNITS:
            first, last = _offset(start, unit), _offset(end, unit)
            if first is not None and last is not None and start_closed and not end_closed:
                return Calendar(unit, first, last - 1, future=True)
    return None


def _offset(edge: Edge, unit: str) -> int | None:
    """How many units the edge lies from the start of the present one."""
    match edge.moves:
        case (Floor(),):
            return 0
        case (Floor(), Shift(n, other)) if other == unit:
            return n
        case _:
            return None


def _rolling(start: Edge, end: Edge, start_closed: bool, end_closed: bool) -> Window | None:
    first, last = _length(start), _length(end)
    if first is None or last is None:
        return None
    return Rolling(-first, -(last - (not end_closed)), start_closed)


def _length(edge: Edge) -> int | None:
    """How far from now the edge lies, in microseconds, when it does not go by the calendar."""
    match edge.moves:
        case ():
            return 0
        case (Shift(n, unit),) if unit in LENGTHS:
            return n * LENGTHS[unit]
        case _:
            return None
