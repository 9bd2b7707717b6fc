"""Which form of ``occurs`` says what a node says: forms are proposed, and read back to see whether they do.

The reader alone knows what each form means; nothing here repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from parcours.core.clock import DAY, as_datetime
from parcours.core.schema import DATE_TIME
from parcours.language import window_kinds
from parcours.language.calendar import LENGTHS, MONTHS
from parcours.language.edges import FOREVER
from parcours.language.pql.ast import (
    NOWHERE,
    Apply,
    Between,
    Distance,
    Interval,
    Name,
    Number,
    On,
    Side,
    Text,
    Time,
    When,
)
from parcours.language.pql.moving import Edge
from parcours.language.pql.read import Reader
from parcours.language.pql.scope import EMPTY, Frame, Level, PqlScope
from parcours.language.pql.time_reader import Moment
from parcours.language.pql.words import COMPARISONS, DIRECTIONS, INTERVALS, UNITS
from parcours.language.tree import Call, InWindow, Literal, Node, Now, walk
from parcours.language.window_kinds import Absolute, Calendar, Ever, Relative, Rolling, Window
from parcours.language.windows import relative

_COMPARED = ("lt", "le", "gt", "ge", "equals")
_WRAPPED = ("read_instant", "shift", "start_of", "coalesce", "instant_of")
_NOW: Time = Name("now")
_NO_STEP = (0, "millisecond")


@dataclass(frozen=True, slots=True)
class Said:
    """``value`` occurs ``when``; times named in ``bases`` stand for these nodes (dates where ``is_day``)."""

    value: Node
    when: When
    bases: Mapping[str, Node] = field(default_factory=dict)


def said(node: Node, *, plain: bool = False) -> Said | None:
    """The form of ``occurs`` that reads as ``node``, or ``None`` when there is no single one.

    With ``plain`` a comparison of instants as they stand counts too: elsewhere it is written as a comparison.
    """
    if isinstance(node, InWindow):
        return _window(node)
    if not isinstance(node, Call):
        return None
    if node.function in _COMPARED and _about_time(node, plain=plain):
        return _comparison(node, (node,))
    match node:
        case Call(function="and", args=(Call() as first, Call() as second)) if _about_time(first, second, plain=plain):
            return _comparison(node, (first, second)) if first.args[0] == second.args[0] else None
        case Call(function="and" | "or", args=(first, second)):
            return _joined(node, first, second, plain)
        case _:
            return None


def same_unit(node: Node) -> Said | None:
    """The form ``= n units from …`` that reads as ``node``: the only one that has an opposite."""
    found = said(node, plain=True)
    if found is None or _is_same_unit(found.when):
        return found
    if not isinstance(node, InWindow):
        return None
    forms = [*filter(_is_same_unit, _proposals(node.window)), *_unit_of(node.window)]
    return next((Said(node.value, when) for when in forms if _read(node.value, when, {}) == node), None)


def _is_same_unit(when: When) -> bool:
    return isinstance(when, Distance) and when.operator == "="


def _unit_of(window: Window) -> Iterator[When]:
    """The calendar units that may begin at a fixed instant."""
    if isinstance(window, Absolute) and window.start is not None:
        for unit in UNITS:
            yield Distance("=", 0, unit, "before", _written(window.start))


def open_ended(node: InWindow) -> InWindow:
    """The same window with no edge where its edge lies ten thousand years away."""
    match node.window:
        case Rolling(oldest=oldest, newest=newest) if oldest >= FOREVER:
            return replace(node, window=relative(None, _rolled(newest, True)))
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest <= -FOREVER:
            return replace(node, window=relative(_rolled(oldest, closed), None))
        case _:
            return node


def halves(node: InWindow) -> tuple[InWindow, InWindow] | None:
    """A window between two edges as two windows with one edge each, for a window that has no form of its own."""
    lower, upper = edges(node.window)
    if lower is None or upper is None:
        return None
    return replace(node, window=lower), replace(node, window=upper)


def opposite(node: InWindow) -> InWindow | None:
    """The window of all that is not in the window of ``node``, if that has one edge that moves with the clock."""
    match node.window:
        case Relative(lower=window_kinds.Edge() as edge, upper=None, zone=zone):
            return replace(node, window=relative(None, replace(edge, closed=not edge.closed), zone))
        case Relative(lower=None, upper=window_kinds.Edge() as edge, zone=zone):
            return replace(node, window=relative(replace(edge, closed=not edge.closed), None, zone))
        case _:
            return None


# --- windows -------------------------------------------------------------------------------------------


def edges(window: Window) -> tuple[Window | None, Window | None]:
    """What is not before the window, and what is not after it."""
    match window:
        case Absolute(start=start, end=end, future=True):
            first = None if start is None else Absolute(start, None, True)
            return first, None if end is None else Absolute(None, end, True)
        case Absolute():
            return replace(window, future=True), Ever()
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest > 0:
            return Rolling(oldest, 0, closed), relative(None, _rolled(newest, True))
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            until = Ever() if newest == 0 else relative(None, _rolled(newest, True))
            return relative(_rolled(oldest, closed), None), until
        case Calendar(future=False):
            return replace(window, future=True), Ever()
        case Calendar(unit=unit, first=begin, last=last, zone=zone):
            after = window_kinds.Edge(last + 1, unit, unit, closed=False)
            return relative(window_kinds.Edge(begin, unit, unit), None, zone), relative(None, after, zone)
        case Relative(lower=lower, upper=upper, zone=zone):
            return None if lower is None else Relative(lower, None, zone), (
                None if upper is None else Relative(None, upper, zone)
            )
        case Ever():
            return None, window


def _window(node: InWindow) -> Said | None:
    try:
        for when in _proposals(node.window):
            if _read(node.value, when, {}) == node:
                return Said(node.value, when)
    except (OverflowError, ValueError):  # an edge beside the years there are
        pass
    return None


def _proposals(window: Window) -> Iterator[When]:
    match window:
        case Ever():
            yield Distance(">=", *_NO_STEP, "before", _NOW)
        case Absolute(start=start, end=end):
            yield from _fixed(start, end)
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            yield from _around(_rolled(oldest, closed), _rolled(newest, True))
        case Calendar(unit=unit, first=first, last=last):
            yield from _around(
                window_kinds.Edge(first, unit, unit), window_kinds.Edge(last + 1, unit, unit, closed=False)
            )
        case Relative(lower=lower, upper=upper):
            yield from _around(lower, upper)


def _rolled(age: int, closed: bool) -> window_kinds.Edge:
    unit = next((unit for unit in ("day", "hour", "minute", "second") if age % LENGTHS[unit] == 0), "millisecond")
    return window_kinds.Edge(-(age // LENGTHS[unit]), unit if age else "day", closed=closed)


def _around(lower: window_kinds.Edge | None, upper: window_kinds.Edge | None) -> Iterator[When]:
    """Forms that may lie between two edges that move with the clock."""
    found = [edge for edge in (lower, upper) if edge is not None]
    times = _times(found)
    yield from (On(time) for time in times)
    yield from _distances([*_steps(found), _NO_STEP], times)
    yield from (Between(first, last) for first in times for last in times)


def _steps(found: Sequence[window_kinds.Edge]) -> list[tuple[int, str]]:
    """How far the edges lie from now, or from the start of the unit they are aligned to or of one beside it."""
    steps: dict[tuple[int, str], None] = {}
    for edge in found:
        for sizes in (MONTHS, LENGTHS):
            if edge.unit in sizes or (edge.n == 0 and edge.aligned in sizes):
                away = edge.n * sizes.get(edge.unit, 0)
                beside = sizes.get(edge.aligned or "", 0)
                steps |= dict.fromkeys(_in_largest(abs(away + k * beside), sizes) for k in (0, -1, 1))
                if edge.aligned is not None and edge.aligned in sizes and away % beside == 0:
                    steps[abs(away // beside), edge.aligned] = None
    return list(steps)


def _in_largest(amount: int, sizes: Mapping[str, int]) -> tuple[int, str]:
    """An amount in the largest unit that expresses it, of those in which windows count their steps."""
    units = ("year", "month") if sizes is MONTHS else ("day", "hour", "minute", "second", "millisecond")
    unit = next((unit for unit in units if amount % sizes[unit] == 0), units[-1])
    return amount // sizes[unit], unit


def _times(found: Sequence[window_kinds.Edge]) -> list[Time]:
    times: list[Time] = [_NOW]
    for unit in dict.fromkeys(edge.aligned for edge in found if edge.aligned is not None):
        times += [Name(day) for day in ("today", "yesterday", "tomorrow")] if unit == "day" else []
        times += [Interval(which, unit) for which in INTERVALS]
    return times


def _distances(steps: Sequence[tuple[int, str]], times: Sequence[Time]) -> Iterator[When]:
    yield from (Side(direction, time) for direction in ("before", "after") for time in times)
    for time in times:
        for amount, unit in steps:
            for operator in COMPARISONS:
                if operator != "!=":
                    yield from (Distance(operator, amount, unit, direction, time) for direction in DIRECTIONS)


def _fixed(start: int | None, end: int | None) -> Iterator[When]:
    """Forms that may lie between two fixed instants (from the first to before the second)."""
    if start is not None and end is not None:
        if _is_midnight(start) and _is_midnight(end):
            if end - start == DAY:
                yield On(_date(start))
            yield Between(_date(start), _date(end - DAY))
        yield On(_text(start))
        yield Between(_written(start), _text(end - 1))
    elif start is not None:
        if _is_midnight(start):
            yield Side("after", _date(start - DAY))
        yield Distance(">=", *_NO_STEP, "after", _text(start))
    elif end is not None:
        yield Side("before", _written(end))


def _is_midnight(moment: int) -> bool:
    return moment % DAY == 0 and as_datetime(moment).date() > date.min


def _written(moment: int) -> Time:
    return _date(moment) if _is_midnight(moment) else _text(moment)


def _date(moment: int) -> Time:
    day = as_datetime(moment)
    return Apply("date", (Number(day.year), Number(day.month), Number(day.day)))


def _text(moment: int) -> Time:
    return Text(as_datetime(moment).isoformat().replace("+00:00", "Z"))


# --- two stretches, and edges of two kinds -------------------------------------------------------------


def _joined(node: Call, first: Node, second: Node, plain: bool) -> Said | None:
    """``from`` beyond a distance is two stretches, ``between`` edges of two kinds is two tests."""
    one, other = _clues(first, plain), _clues(second, plain)
    if one is None or other is None or one.value != other.value:
        return None
    bases = {base: str(number) for number, base in enumerate(dict.fromkeys((*one.bases, *other.bases)))}
    moments = {name: _moment(base) for base, name in bases.items()}
    before, after = ([*part.times, *(Name(bases[base]) for base in part.bases)] for part in (one, other))
    for when in _double_forms(node.function, before, after, (*one.steps, *other.steps)):
        if _read(one.value, when, moments) == node:
            return Said(one.value, when, {name: base for base, name in bases.items()})
    return None


def _double_forms(
    word: str, before: Sequence[Time], after: Sequence[Time], steps: Sequence[tuple[int, str]]
) -> Iterator[When]:
    if word == "and":
        yield from (Between(first, last) for first in before for last in after)
        return
    for time in before:
        for amount, unit in dict.fromkeys((*steps, _NO_STEP)):
            for operator in ("=", ">", ">="):
                yield Distance(operator, amount, unit, "from", time)


@dataclass(frozen=True, slots=True)
class _Clues:
    """What a form that gave a node may have been made of."""

    value: Node
    times: tuple[Time, ...] = ()
    bases: tuple[Node, ...] = ()
    steps: tuple[tuple[int, str], ...] = ()


def _clues(node: Node, plain: bool) -> _Clues | None:
    match node:
        case InWindow(value=value, window=Absolute(start=start, end=end)):
            edges_ = [edge for edge in (start, end) if edge is not None]
            shown = [time for edge in edges_ for time in _fixed_times(edge)]
            return _Clues(value, tuple(shown))
        case InWindow(value=value, window=window):
            found = [edge for edge in _edges_of(window) if edge is not None]
            own = ((abs(edge.n), edge.unit) for edge in found if edge.n)
            return _Clues(value, tuple(_times(found)), (), (*own, *_steps(found)))
        case Call(function="and", args=(Call() as first, Call() as second)) if _about_time(first, second, plain=plain):
            base, steps = _unmoved(first.args[1])
            return _Clues(first.args[0], (), (base,), tuple(steps)) if first.args[0] == second.args[0] else None
        case Call() if _about_time(node, plain=plain):
            base, steps = _unmoved(node.args[1])
            return _Clues(node.args[0], (), (base,), tuple(steps))
        case _:
            return None


def _edges_of(window: Window) -> tuple[window_kinds.Edge | None, ...]:
    match window:
        case Relative(lower=lower, upper=upper):
            return lower, upper
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return _rolled(oldest, closed), _rolled(newest, True)
        case Calendar(unit=unit, first=first, last=last):
            return window_kinds.Edge(first, unit, unit), window_kinds.Edge(last + 1, unit, unit, closed=False)
        case _:
            return (window_kinds.Edge(),)


def _fixed_times(edge: int) -> list[Time]:
    """The dates and instants that an edge may have been written as."""
    try:
        shown = [_date(edge), _date(edge - DAY)] if _is_midnight(edge) else []
        return [*shown, _text(edge), _text(edge - 1)]
    except (OverflowError, ValueError):
        return []


# --- comparisons ---------------------------------------------------------------------------------------


def _about_time(*nodes: Call, plain: bool) -> bool:
    """Whether these are comparisons of instants of which at least one has been read or moved, or any if ``plain``."""
    if not all(node.function in _COMPARED and len(node.args) == 2 for node in nodes):
        return False
    args = [arg for node in nodes for arg in node.args]
    return all(arg.type == DATE_TIME for arg in args) and (plain or any(map(_made_instant, args)))


def _made_instant(node: Node) -> bool:
    """Whether the reader made the instant: by itself a value would be null without a type, or text."""
    if isinstance(node, Literal):
        return node.value is None
    return isinstance(node, Call) and node.function in _WRAPPED


def _comparison(node: Call, parts: Sequence[Call]) -> Said | None:
    value = parts[0].args[0]
    bases: dict[Node, str] = {}
    steps: dict[tuple[int, str], None] = {}
    for part in parts:
        base, moves = _unmoved(part.args[1])
        bases.setdefault(base, f"{len(bases)}")
        steps.update(dict.fromkeys(moves))
    times: list[Time] = [Name(name) for name in bases.values()]
    if Now() in bases:
        times += _times([window_kinds.Edge(aligned=unit) for unit in _units(parts)])
    moments = {name: _moment(base) for base, name in bases.items()}
    proposals: Iterator[When] = _all_forms(times, [*steps, _NO_STEP])
    for when in proposals:
        if _read(value, when, moments) == node:
            return Said(value, when, {name: base for base, name in bases.items()})
    return None


def _units(parts: Sequence[Call]) -> Iterator[str]:
    """The units whose starts the edges of comparisons are counted from."""
    for node in (inner for part in parts for inner in walk(part.args[1])):
        match node:
            case Call(function="start_of", args=(_, Literal(value=str() as unit))):
                yield unit


def _all_forms(times: list[Time], steps: Sequence[tuple[int, str]]) -> Iterator[When]:
    yield from (On(time) for time in times)
    yield from _distances(steps, times)
    yield from (Between(first, last) for first in times for last in times)


def _unmoved(node: Node) -> tuple[Node, list[tuple[int, str]]]:
    """Where the edge of a comparison starts from, and how far its steps go."""
    steps: list[tuple[int, str]] = []
    while isinstance(node, Call) and node.function in ("shift", "start_of", "coalesce"):
        match node:
            case Call(function="shift", args=(_, Literal(value=int() as n), Literal(value=str() as unit))):
                steps.append((abs(n), unit))
            case Call(function="start_of", args=(_, Literal(value=str() as unit))):
                steps.append((0, unit))
        node = node.args[0]
    return node, steps


def _moment(base: Node) -> Moment:
    start = Edge(base)
    return Moment(start, start.then(1, "day")) if date_of(base) is not None else Moment(start)


def date_of(instant: Node) -> Node | None:
    """The date whose midnight ``instant`` is, when it was made from a date."""
    match instant:
        case Call(function="instant_of", args=(Call(function="to_date_time", args=(_, day)),)):
            return day
        case _:
            return None


class _Probe(Reader):
    """Reads proposals; names of digits stand for moments that are known already."""

    def __init__(self, moments: Mapping[str, Moment]) -> None:
        super().__init__(PqlScope())
        self._moments = moments

    def moment(self, time: Time, frame: Frame) -> Moment | None:
        known = self._moments.get(time.name) if isinstance(time, Name) else None
        return known or super().moment(time, frame)


def _read(value: Node, when: When, moments: Mapping[str, Moment]) -> Node:
    return _Probe(moments).when(value, when, Frame((Level(EMPTY),)), NOWHERE)
