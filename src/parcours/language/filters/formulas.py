"""Date formulas: ``CM+10D``, ``-1Y``, ``CQ-34D``, ``D10``, ``WD4`` (contact-segments.md, 13.3).

Terms are applied from left to right, each to the day that the one before gave.

========= ====================================================================================
term      day
========= ====================================================================================
10D 2W 1M that many days, weeks, months, quarters (1Q) or years (1Y) later; with ``-`` earlier
CM        the last day of the current month (CD, CW, CQ, CY likewise); with ``-`` its first day
D10       the next tenth of a month; with ``-`` the last one
WD4       the next Thursday (Monday is 1); with ``-`` the last one
========= ====================================================================================

A month that is too short gives its last day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.core.errors import RuleError, Span
from parcours.language.filters import errors
from parcours.language.filters.parse import refused

LENGTH_LIMIT = 20
NUMBER_LIMIT = 9_999
#: Months in a unit, and days in the units that have a fixed number of them.
MONTHS = {"M": 1, "Q": 3, "Y": 12}
DAYS = {"D": 1, "W": 7}
_TERM = re.compile(r"\s*([+-]?)\s*(?:(\d+)\s*([DWMQY])|C([DWMQY])|(WD|D)(\d+))\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """``kind`` is ``shift``, ``current`` or ``next``; ``sign`` is 1 or -1."""

    kind: str
    sign: int
    unit: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class DateFormula:
    """Terms to be applied to a day."""

    terms: tuple[Term, ...]

    def after(self, day: date) -> date:
        """The day that the formula gives, counted from ``day``.

        Raises:
            OverflowError: it lies before the year 1 or after 9999.
        """
        for term in self.terms:
            day = _APPLY[term.kind](day, term)
        return day


def parse_formula(text: str) -> DateFormula:
    """The formula written in ``text``.

    Raises:
        DefinitionError: it is none; ``problems`` holds the problem with its span.
    """
    try:
        return formula(text, Span(0, len(text)))
    except RuleError as problem:
        raise refused([problem]) from None


def formula(text: str, span: Span) -> DateFormula:
    """The formula written in ``text``, which stands at ``span``.

    Raises:
        RuleError: it is none (code ``type.bad-formula``).
    """
    if len(text.strip()) > LENGTH_LIMIT:
        raise errors.bad_formula(span, text, f"it is longer than {LENGTH_LIMIT} characters")
    terms: list[Term] = []
    at = 0
    while at < len(text) or not terms:
        found = _TERM.match(text, at)
        if found is None or (terms and not found[1]):
            raise errors.bad_formula(span, text, f"{text[at:].strip() or 'nothing'!r} is no term")
        terms.append(_term(found, text, span))
        at = found.end()
    return DateFormula(tuple(terms))


def _term(found: re.Match[str], text: str, span: Span) -> Term:
    sign = -1 if found[1] == "-" else 1
    number = int(found[2] or found[6] or 0)
    if number > NUMBER_LIMIT:
        raise errors.bad_formula(span, text, f"numbers are at most {NUMBER_LIMIT}")
    if found[2]:
        return Term("shift", sign, found[3].upper(), number)
    if found[4]:
        return Term("current", sign, found[4].upper())
    unit, most = found[5].upper(), 7 if found[5].upper() == "WD" else 31
    if not 1 <= number <= most:
        raise errors.bad_formula(span, text, f"{unit} goes with 1 to {most}")
    return Term("next", sign, unit, number)


def _shifted(day: date, term: Term) -> date:
    if term.unit in DAYS:
        return day + timedelta(days=term.sign * term.number * DAYS[term.unit])
    return add_months(day, term.sign * term.number * MONTHS[term.unit])


def _current(day: date, term: Term) -> date:
    return first_of(term.unit, day) if term.sign < 0 else last_of(term.unit, day)


def _next(day: date, term: Term) -> date:
    if term.unit == "WD":
        away = (term.number - day.isoweekday()) % 7
        return day + timedelta(days=(away or 7) if term.sign > 0 else away - 7)
    here = on_day(day, term.number)
    reached = here > day if term.sign > 0 else here < day
    return here if reached else on_day(add_months(day.replace(day=1), term.sign), term.number)


_APPLY = {"shift": _shifted, "current": _current, "next": _next}


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short.

    Raises:
        OverflowError: before the year 1 or after 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date value out of range")
    return on_day(date(year, month + 1, 1), day.day)


def on_day(month: date, day: int) -> date:
    """The day of that number in the month of ``month``, or its last day."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def first_of(unit: str, day: date) -> date:
    """The first day of the day, week (from Monday), month, quarter or year that holds ``day``."""
    if unit in DAYS:
        return day if unit == "D" else day - timedelta(days=day.weekday())
    months = MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def last_of(unit: str, day: date) -> date:
    """The last day of it."""
    if unit in DAYS:
        return day if unit == "D" else day + timedelta(days=6 - day.weekday())
    months = MONTHS[unit]
    return on_day(add_months(first_of(unit, day), months - 1), 31)
