"""Forms of ``occurs`` that may say what a window or a comparison says. Which of them does, reading it back tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from parcours.core.clock import DAY, as_datetime
from parcours.language.calendar import LENGTHS, MONTHS
from parcours.language.pql.ast import Apply, Between, Distance, Interval, Name, Number, On, Side, Text, Time, When
from parcours.language.pql.window_edges import edges_of
from parcours.language.pql.words import COMPARISONS, DIRECTIONS, INTERVALS, UNITS
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window

_NOW: Time = Name("now")
NO_STEP = (0, "millisecond")


def whole_units(window: Window) -> Iterator[When]:
    """The calendar units that may begin at a fixed instant."""
    if isinstance(window, Absolute) and window.start is not None:
        for unit in UNITS:
            yield Distance("=", 0, unit, "before", _written(window.start))


def proposals(window: Window) -> Iterator[When]:
    """Forms that may say that an instant lies in the window."""
    match window:
        case Ever():
            yield Distance(">=", *NO_STEP, "before", _NOW)
        case Absolute(start=start, end=end):
            yield from _fixed(start, end)
        case Rolling() | Calendar() | Relative():
            yield from _around([edge for edge in edges_of(window) if edge is not None])


def _around(found: Sequence[Edge]) -> Iterator[When]:
    """Forms that may lie between edges that move with the clock."""
    yield from all_forms(times_of(found), [*steps_of(found), NO_STEP])


def steps_of(found: Sequence[Edge]) -> list[tuple[int, str]]:
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


def times_of(found: Sequence[Edge]) -> list[Time]:
    """The times that the edges may be counted from: now, and the days or units that they are aligned to."""
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
        yield Distance(">=", *NO_STEP, "after", _text(start))
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


def double_forms(
    word: str, before: Sequence[Time], after: Sequence[Time], steps: Sequence[tuple[int, str]]
) -> Iterator[When]:
    """Forms that join two tests: ``between`` edges of two kinds, ``from`` beyond a distance."""
    if word == "and":
        yield from (Between(first, last) for first in before for last in after)
        return
    for time in before:
        for amount, unit in dict.fromkeys((*steps, NO_STEP)):
            for operator in ("=", ">", ">="):
                yield Distance(operator, amount, unit, "from", time)


def fixed_times(edge: int) -> list[Time]:
    """The dates and instants that an edge may have been written as."""
    try:
        shown = [_date(edge), _date(edge - DAY)] if _is_midnight(edge) else []
        return [*shown, _text(edge), _text(edge - 1)]
    except (OverflowError, ValueError):
        return []


def all_forms(times: list[Time], steps: Sequence[tuple[int, str]]) -> Iterator[When]:
    """Every form made of these times and steps."""
    yield from (On(time) for time in times)
    yield from _distances(steps, times)
    yield from (Between(first, last) for first in times for last in times)
