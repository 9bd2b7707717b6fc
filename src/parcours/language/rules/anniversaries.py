"""``anniversary: {in_next: 7 days}``: whether a day comes again in a period, whatever its year.

The period has a first and a last day, both told from the date of today, and the day comes again in it when its first
anniversary from the first day on is not after the last. So the answer changes only when a day begins (in UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parcours.core.clock import DAY, duration
from parcours.core.errors import InputError
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, INTEGER, STRING
from parcours.language.rules.edges import calendar_step, steps_in_words
from parcours.language.rules.vocabulary import CALENDAR_UNITS
from parcours.language.tree import Call, Literal, Node, Now

#: The windows that an anniversary can lie in; of calendar units the one so far from the current one.
PERIODS: Mapping[str, int] = {"this": 0, "last": -1, "previous": -1, "next": 1}
WINDOWS = ("in_next", "in_last", *PERIODS)
#: The farthest that makes sense: with more every day comes again.
_MOST_DAYS = 366
TODAY = Call("date_of", (Now(),), DATE_ONLY)


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: Node
    last: Node


def comes_again(day: Node, period: Period) -> Node:
    """Whether an anniversary of ``day`` lies in the period."""
    start = Call("date_of", (day,), DATE_ONLY)
    return Call("le", (Call("anniversary_from", (start, period.first), DATE_ONLY), period.last), BOOLEAN)


def read_period(key: str, found: object) -> Period:
    """The period of a window.

    Raises:
        InputError: it is not counted in whole days, or no calendar unit.
    """
    if key in PERIODS:
        if found not in CALENDAR_UNITS:
            raise InputError(f"{found!r} is no calendar unit", code="bad-unit", hint=", ".join(CALENDAR_UNITS))
        return _unit(str(found), PERIODS[key])
    step = calendar_step(found)
    if step is not None and step[0] > 0:
        return _steps(key, *step)
    length = duration(found) if isinstance(found, str) else 0
    if length < DAY or length % DAY or length > _MOST_DAYS * DAY:
        raise InputError(
            f"{found!r} is no number of days for an anniversary", code="bad-duration", hint="for example: 7 days"
        )
    return _days(key, length // DAY)


def _days(key: str, n: int) -> Period:
    if key == "in_next":
        return Period(_away(TODAY, 1), _away(TODAY, n))
    return Period(_away(TODAY, 1 - n), TODAY)


def _steps(key: str, n: int, unit: str) -> Period:
    there = _date(_shifted(Now(), n if key == "in_next" else -n, unit))
    return Period(_away(TODAY, 1), there) if key == "in_next" else Period(_away(there, 1), TODAY)


def _unit(unit: str, k: int) -> Period:
    if unit == "day":
        return Period(_away(TODAY, k), _away(TODAY, k))
    start = Call("start_of", (Now(), Literal(unit, STRING)), DATE_TIME)
    return Period(_date(_shifted(start, k, unit)), _away(_date(_shifted(start, k + 1, unit)), -1))


def _away(day: Node, n: int) -> Node:
    return Call("add_days", (day, Literal(n, INTEGER)), DATE_ONLY) if n else day


def _shifted(moment: Node, n: int, unit: str) -> Node:
    return Call("shift", (moment, Literal(n, INTEGER), Literal(unit, STRING)), DATE_TIME) if n else moment


def _date(moment: Node) -> Node:
    return Call("date_of", (moment,), DATE_ONLY)


# --- the other way round -------------------------------------------------------------------------------


def yearly(node: Node) -> tuple[Node, dict[str, object]] | None:
    """The day and the window (as plain data), when ``node`` asks whether a day comes again in a period."""
    match node:
        case Call("le", (Call("anniversary_from", (Call("date_of", (day,)), first)), last)):
            window = _window(Period(first, last))
            return None if window is None else (day, window)
        case _:
            return None


def _window(period: Period) -> dict[str, object] | None:
    """The window that is read as this period."""
    known = [(key, unit) for key in ("this", "last", "next") for unit in CALENDAR_UNITS]
    for key, unit in known:
        if _unit(unit, PERIODS[key]) == period:
            return {key: unit}
    for end in (period.last, period.first):
        found = _counted(end)
        if found is not None and found[1] is None and _days(found[0], found[2]) == period:
            return {found[0]: steps_in_words(found[2], "day")}
        if found is not None and found[1] is not None and _steps(found[0], found[2], found[1]) == period:
            return {found[0]: steps_in_words(found[2], found[1])}
    return None


def _counted(end: Node) -> tuple[str, str | None, int] | None:
    """The key, the unit (``None``: days) and the number that an end of a period tells of."""
    match end:
        case Call(
            "add_days", (Call("date_of", (Call("shift", (Now(), Literal(value=int() as n), Literal(value=unit))),)), _)
        ):
            return "in_last", str(unit), -n
        case Call("date_of", (Call("shift", (Now(), Literal(value=int() as n), Literal(value=unit))),)):
            return "in_next", str(unit), n
        case Call("add_days", (day, Literal(value=int() as n))) if day == TODAY:
            return ("in_next", None, n) if n > 0 else ("in_last", None, 1 - n)
        case _:
            return None
