"""Parts of windows: up to now, on one side of an instant, and where two windows meet."""

from __future__ import annotations

from dataclasses import replace

from parcours.core.clock import MILLISECOND
from parcours.language.calendar import MONTHS
from parcours.language.edges import canonical, fixed
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import relative


def cut(window: Ever | Absolute, side: str, moment: int) -> Absolute:
    """The part of a window of the past on one side of an instant."""
    start, end = (window.start, window.end) if isinstance(window, Absolute) else (None, None)
    if side in ("gt", "ge"):
        first = moment + (side == "gt")
        return Absolute(first if start is None else max(start, first), end)
    last = moment + (side == "le")
    return Absolute(start, last if end is None else min(end, last))


def met(first: Window, second: Window) -> Window | None:
    """Where two windows meet, one from an edge up to now and one up to an earlier edge; ``None`` for all others."""
    for one, other in ((first, second), (second, first)):
        start, end = _edges(one), _edges(other)
        if start is not None and end is not None and start[1] == Edge() and end[0] is None:
            lower, upper = start[0], end[1]
            if lower is not None and upper is not None and _before(lower, upper):
                return relative(lower, upper)
    return None


def _edges(window: Window) -> tuple[Edge | None, Edge | None] | None:
    match window:
        case Rolling(oldest=oldest, newest=newest, closed=closed) if not (oldest | newest) % MILLISECOND:
            lower = Edge(-oldest // MILLISECOND, "millisecond", closed=closed)
            return canonical(lower), canonical(Edge(-newest // MILLISECOND, "millisecond"))
        case Relative(lower=lower, upper=upper) if all(e is None or e.aligned is None for e in (lower, upper)):
            return lower, upper
        case _:
            return None


def _before(lower: Edge, upper: Edge) -> bool:
    """Whether one edge lies before the other at any time: both are a number of days (or less), or of months."""
    days = fixed(lower), fixed(upper)
    if days[0] is not None and days[1] is not None:
        return days[0] < days[1]
    if lower.unit in MONTHS and upper.unit in MONTHS:
        return lower.n * MONTHS[lower.unit] < upper.n * MONTHS[upper.unit]
    return False


def past(window: Window) -> Window | None:
    """The part of the window up to now, where all events of a list lie; ``None``: there is no such part."""
    match window:
        case Rolling(oldest=oldest, newest=newest):
            return replace(window, newest=max(newest, 0)) if oldest > 0 else None
        case Calendar() | Absolute():
            return replace(window, future=False)
        case Relative(lower=lower, upper=upper, zone=zone) if upper is None or upper.n > 0:
            return relative(lower, Edge(), zone)
        case _:
            return window
