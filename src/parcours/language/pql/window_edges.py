"""Windows seen by their edges: taken apart, opened, turned round."""

from __future__ import annotations

from dataclasses import replace

from parcours.language.calendar import LENGTHS
from parcours.language.edges import FOREVER
from parcours.language.tree import InWindow
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import relative


def open_ended(node: InWindow) -> InWindow:
    """The same window with no edge where its edge lies ten thousand years away."""
    match node.window:
        case Rolling(oldest=oldest, newest=newest) if oldest >= FOREVER:
            return replace(node, window=relative(None, rolled(newest, True)))
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest <= -FOREVER:
            return replace(node, window=relative(rolled(oldest, closed), None))
        case _:
            return node


def halves(node: InWindow) -> tuple[InWindow, InWindow] | None:
    """A window between two edges as two windows with one edge each, for a window that has no form of its own."""
    lower, upper = parts(node.window)
    if lower is None or upper is None:
        return None
    return replace(node, window=lower), replace(node, window=upper)


def opposite(node: InWindow) -> InWindow | None:
    """The window of all that is not in the window of ``node``, if that has one edge that moves with the clock."""
    match node.window:
        case Relative(lower=Edge() as edge, upper=None, zone=zone):
            return replace(node, window=relative(None, replace(edge, closed=not edge.closed), zone))
        case Relative(lower=None, upper=Edge() as edge, zone=zone):
            return replace(node, window=relative(replace(edge, closed=not edge.closed), None, zone))
        case _:
            return None


def parts(window: Window) -> tuple[Window | None, Window | None]:
    """What is not before the window, and what is not after it."""
    match window:
        case Absolute(start=start, end=end, future=True):
            first = None if start is None else Absolute(start, None, True)
            return first, None if end is None else Absolute(None, end, True)
        case Absolute():
            return replace(window, future=True), Ever()
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest > 0:
            return Rolling(oldest, 0, closed), relative(None, rolled(newest, True))
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            until = Ever() if newest == 0 else relative(None, rolled(newest, True))
            return relative(rolled(oldest, closed), None), until
        case Calendar(future=False):
            return replace(window, future=True), Ever()
        case Calendar(unit=unit, first=begin, last=last, zone=zone):
            after = Edge(last + 1, unit, unit, closed=False)
            return relative(Edge(begin, unit, unit), None, zone), relative(None, after, zone)
        case Relative(lower=lower, upper=upper, zone=zone):
            return None if lower is None else Relative(lower, None, zone), (
                None if upper is None else Relative(None, upper, zone)
            )
        case Ever():
            return None, window


def rolled(age: int, closed: bool) -> Edge:
    """The edge of a rolling window: so many microseconds before now, in the largest unit of days or less."""
    unit = next((unit for unit in ("day", "hour", "minute", "second") if age % LENGTHS[unit] == 0), "millisecond")
    return Edge(-(age // LENGTHS[unit]), unit if age else "day", closed=closed)


def edges_of(window: Window) -> tuple[Edge | None, ...]:
    """The edges of a window that moves with the clock; ``None`` is open."""
    match window:
        case Relative(lower=lower, upper=upper):
            return lower, upper
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return rolled(oldest, closed), rolled(newest, True)
        case Calendar(unit=unit, first=first, last=last):
            return Edge(first, unit, unit), Edge(last + 1, unit, unit, closed=False)
        case _:
            return (Edge(),)
