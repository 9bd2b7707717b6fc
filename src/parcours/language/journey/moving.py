"""What moves with the clock: a comparison with ``now()`` is a window, which the kernel keeps true by itself.

``x > nowWithDelta(-7, "days")`` and ``inLastDays(x, 7)`` ask whether ``x`` lies between two edges that move with the
clock. Written as :class:`~parcours.language.tree.InWindow` they are the same tree as the window of another language.
The other way round, a window is written as one of these functions, or as comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from parcours.core.clock import DAY
from parcours.core.schema import DATE_TIME, STRING
from parcours.language.calendar import LENGTHS, MONTHS, OF_THE_CLOCK
from parcours.language.conditions import all_of
from parcours.language.edges import FOREVER
from parcours.language.functions.iso import read_duration
from parcours.language.journey.fitting import instant
from parcours.language.tree import Call, InWindow, Literal, Node, Now
from parcours.language.window_kinds import Absolute, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import in_last, in_next, relative

#: Units of ``inLast…`` and ``inNext…``.
NEAR = ("hour", "day", "month", "year")
#: Parts of ``nowWithDelta``.
PARTS = ("second", "minute", "hour", "day", "month", "year")
_MOST_YEARS = 1_000
_SIDES = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


# --- text to window ------------------------------------------------------------------------------------


def windowed(node: Node) -> Node:
    """``node`` as a window, if it asks where an instant lies beside now."""
    match node:
        case Call(function=function, args=(Now(), value, Literal(value=int() as n))) if function in _FUNCTIONS:
            window, unit = _FUNCTIONS[function]
            return InWindow(instant(value), window(n, unit)) if n >= 0 and _near_enough(n, unit) else node
        case Call(function=function, args=(left, right)) if function in _SIDES and left.type == right.type == DATE_TIME:
            edges = _edge(left), _edge(right)
            if edges[0] is None and edges[1] is not None:
                return InWindow(left, _beyond(function, edges[1]))
            if edges[1] is None and edges[0] is not None:
                return InWindow(right, _beyond(_SIDES[function], edges[0]))
            return node
        case Call(function="and", args=args):
            return _joined(args)
        case _:
            return node


_FUNCTIONS: Mapping[str, tuple[Callable[[int, str], Window], str]] = {
    f"in_{way}_{unit}s": (window, unit) for way, window in (("last", in_last), ("next", in_next)) for unit in NEAR
}


def _near_enough(n: int, unit: str) -> bool:
    """Whether the step is one of at most a thousand years; further ones may lead out of the years there are."""
    if unit in LENGTHS:
        return abs(n) * LENGTHS[unit] <= _MOST_YEARS * 366 * DAY
    return abs(n) * MONTHS[unit] <= _MOST_YEARS * 12


def _beyond(function: str, edge: Edge) -> Window:
    """On which side of an edge a value lies that is less, or greater."""
    edge = Edge(edge.n, edge.unit, closed=function in ("le", "ge"))
    return relative(None, edge) if function in ("lt", "le") else relative(edge, None)


def _edge(node: Node) -> Edge | None:
    """The edge that an instant is, if it is a constant step from now."""
    match node:
        case Now():
            return Edge()
        case Call(function="instant_of", args=(inner,)):
            return _edge(inner)
        case Call(function="with_offset" | "with_zone", args=(Now(), *_)):
            return Edge()
        case Call(
            function="now_with_delta", args=(Now(), Literal(value=int() as n), Literal(value=str() as part), *zone)
        ):
            unit = part.removesuffix("s")
            by_utc = unit in OF_THE_CLOCK or not zone or zone == [Literal("UTC", STRING)]
            return Edge(n, unit) if unit in PARTS and by_utc and _near_enough(n, unit) else None
        case Call(function="add_duration", args=(start, Call(function="to_duration", args=(Literal(value=length),)))):
            step = _milliseconds(length)
            near_enough = step is not None and _near_enough(step, "millisecond") and _edge(start) == Edge()
            return Edge(step, "millisecond") if step is not None and near_enough else None
        case _:
            return None


def _milliseconds(length: object) -> int | None:
    """The constant argument of ``toDuration`` in whole milliseconds."""
    if isinstance(length, int):
        return length
    found = read_duration(length) if isinstance(length, str) else None
    return None if found is None or found % timedelta(milliseconds=1) else found // timedelta(milliseconds=1)


def _joined(parts: Sequence[Node]) -> Node:
    """``and``, where two open windows of the same value, one of them from an edge and one up to an edge, are one."""
    found: list[Node] = []
    for part in parts:
        position = next((n for n, other in enumerate(found) if _between(other, part) is not None), None)
        if position is None:
            found.append(part)
        else:
            found[position] = _between(found[position], part) or part
    return all_of(*found)


def _between(one: Node, other: Node) -> Node | None:
    if not isinstance(one, InWindow) or not isinstance(other, InWindow) or one.value != other.value:
        return None
    first, second = edges(one.window), edges(other.window)
    if first is None or second is None or None not in first or None not in second:
        return None
    lower, upper = first[0] or second[0], first[1] or second[1]
    if (first[0] is None) == (second[0] is None) or lower is None or upper is None:
        return None
    return InWindow(one.value, relative(lower, upper))


# --- window to text ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Near:
    """``inLastDays(x, n)`` or ``inNextDays(x, n)``: the name of the function and ``n``."""

    name: str
    n: int


def near(window: Window) -> Near | None:
    """The function that asks for this window, if there is one."""
    found = edges(window)
    if found is None or found[0] is None or found[1] is None:
        return None
    choices: Sequence[tuple[str, Edge, Callable[[int, str], Window]]] = (
        ("Last", found[0], in_last),
        ("Next", found[1], in_next),
    )
    for way, edge, of in choices:
        n = abs(edge.n)
        if edge.unit in NEAR and _near_enough(n, edge.unit) and of(n, edge.unit) == window:
            return Near(f"in{way}{edge.unit.title()}s", n)
    return None


def edges(window: Window) -> tuple[Edge | None, Edge | None] | None:
    """The edges of a window that moves with the clock by steps that the language has; ``None`` for other windows."""
    match window:
        case Ever():
            return None, Edge()
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            lower, upper = _fixed_step(-oldest, closed), _fixed_step(-newest, True)
            if lower is None or upper is None:
                return None
            return None if oldest >= FOREVER else lower, None if newest <= -FOREVER else upper
        case Relative(lower=lower, upper=upper):
            if any(edge is not None and edge.aligned is not None for edge in (lower, upper)):
                return None
            return _plain(lower), _plain(upper)
        case _:
            return None


def _fixed_step(microseconds: int, closed: bool) -> Edge | None:
    for unit in ("day", "hour", "minute", "second", "millisecond"):
        if microseconds % LENGTHS[unit] == 0:
            return Edge(microseconds // LENGTHS[unit], unit, closed=closed)
    return None


def _plain(edge: Edge | None) -> Edge | None:
    """The edge in a unit that ``nowWithDelta`` has."""
    if edge is None or edge.unit in PARTS:
        return edge
    if edge.unit == "week":
        return Edge(7 * edge.n, "day", closed=edge.closed)
    if edge.unit in MONTHS:
        return Edge(edge.n * MONTHS[edge.unit], "month", closed=edge.closed)
    return edge


def comparisons(window: Window) -> list[tuple[str, Edge | int]] | None:
    """The comparisons that ask for a window: a sign, and an edge or an instant in microseconds."""
    if isinstance(window, Absolute):
        found: list[tuple[str, Edge | int]] = []
        found += [(">=", window.start)] if window.start is not None else []
        found += [("<", window.end)] if window.end is not None else []
        return found + ([] if window.future else [("<=", Edge())])
    pair = edges(window)
    if pair is None:
        return None
    signs: Sequence[Mapping[bool, str]] = ({True: ">=", False: ">"}, {True: "<=", False: "<"})
    return [(sign[edge.closed], edge) for sign, edge in zip(signs, pair, strict=True) if edge is not None]
