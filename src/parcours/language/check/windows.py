"""Windows of trees that no front end has looked at: zones exist, units are known, the end is after the start."""

from __future__ import annotations

from parcours.language import calendar
from parcours.language.check import errors
from parcours.language.check.report import Report
from parcours.language.functions.dates import ZONE
from parcours.language.window_kinds import Absolute, Calendar, Relative, Rolling, Window
from parcours.language.windows import relative

UNITS = ("day", "week", "month", "quarter", "year")


def check_window(window: Window, where: str, report: Report) -> bool:
    """Whether the window is sound; what is wrong with it goes to ``report``."""
    problems = []
    match window:
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest > oldest - (not closed):
            problems.append(errors.empty_window(where))
        case Absolute(start=start, end=end) if start is not None and end is not None and start >= end:
            problems.append(errors.empty_window(where))
        case Calendar(unit=unit, first=first, last=last, zone=zone):
            if unit not in UNITS:
                problems.append(errors.unknown_word(where, "calendar unit", unit, UNITS))
            if first > last:
                problems.append(errors.empty_window(where))
            if not is_zone(zone):
                problems.append(errors.bad_zone(where, zone))
        case Relative(lower=lower, upper=upper, zone=zone):
            units = [unit for edge in (lower, upper) if edge is not None for unit in (edge.unit, edge.aligned)]
            unknown = [unit for unit in units if unit is not None and unit not in calendar.UNITS]
            problems += [errors.unknown_word(where, "calendar unit", unit, calendar.UNITS) for unit in unknown]
            if not is_zone(zone):
                problems.append(errors.bad_zone(where, zone))
    for problem in problems:
        report.add(problem)
    return not problems


def is_zone(name: object) -> bool:
    """Whether ``name`` is a name of the time-zone database."""
    return isinstance(name, str) and bool(name) and ZONE.problem(name) is None


def settled(window: Window) -> Window:
    """The window in its one canonical form, so that equal windows are equal."""
    return relative(window.lower, window.upper, window.zone) if isinstance(window, Relative) else window
