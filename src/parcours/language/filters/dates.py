"""Days as a filter expression writes them: dates, words (``today``), formulas (contact-segments.md, 13.2 and 13.3).

With a day of today every word is a fixed day or period. Without it the expression is a rule that stays in force, and
its words are edges of calendar units, counted from the time of evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from parcours.core.errors import RuleError
from parcours.core.schema import DATE_ONLY
from parcours.language.filters import errors
from parcours.language.filters.ast import Operand
from parcours.language.filters.context import Context
from parcours.language.filters.formulas import DateFormula, Term, add_months, first_of, formula, last_of


@dataclass(frozen=True, slots=True)
class Edge:
    """The first (or, with ``end``, the last) day of a calendar unit, ``offset`` units from the current one.

    For unit ``day`` the two are the same. With ``step`` the offset is counted in that unit instead.
    """

    unit: str
    offset: int = 0
    end: bool = False
    step: str = ""


Bound: TypeAlias = date | Edge


@dataclass(frozen=True, slots=True)
class Days:
    """A day or a period, both ends included."""

    first: Bound
    last: Bound


class Now:
    """The instant of evaluation, in a rule that stays in force."""


#: Tokens in the order in which a word cut short is looked for; each with its French word.
TOKENS: tuple[tuple[str, str], ...] = (
    ("today", "aujourd'hui"),
    ("workdate", "datetravail"),
    ("now", "maintenant"),
    ("yesterday", "hier"),
    ("tomorrow", "demain"),
    ("week", "semaine"),
    ("month", "mois"),
    ("quarter", "trimestre"),
)
_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_PERIOD = ("period", "période")
_UNITS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
#: How many units of the first kind one of the second is, for the first day of a unit.
_MULTIPLES = {
    ("day", "D"): 1,
    ("day", "W"): 7,
    ("week", "W"): 1,
    ("month", "M"): 1,
    ("month", "Q"): 3,
    ("month", "Y"): 12,
    ("quarter", "Q"): 1,
    ("quarter", "Y"): 4,
    ("year", "Y"): 1,
}
_WORD = re.compile(r"%?([^\W\d_](?:[^\W\d_]|')*)\s*(\d*)\s*([+-].*)?", re.DOTALL)


def days(operand: Operand, context: Context) -> Days | datetime | Now:
    """What the value says: a day or period, an instant, or (in a rule that stays in force) now.

    Raises:
        RuleError: it is no day (codes ``type.…``).
    """
    try:
        return _Reader(operand, context).read()
    except OverflowError:
        raise errors.no_such_day(operand.span, operand.text) from None


class _Reader:
    def __init__(self, operand: Operand, context: Context) -> None:
        self.text = operand.text.strip()
        self.span = operand.span
        self.context = context
        self.order = context.date_order

    def read(self) -> Days | datetime | Now:
        found = _WORD.fullmatch(self.text)
        if found is not None:
            word, number, rest = found[1].lower(), found[2], found[3] or ""
            token = None if number else next(self._tokens(word), None)
            if token is not None:
                return self._moved(self._token(token), rest)
            if any(name.startswith(word) for name in _PERIOD):
                return self._moved(self._period(int(number or 0)), rest)
        return self._formula() or self._weekday(found) or self._date()

    def _tokens(self, word: str) -> Iterator[str]:
        for english, french in TOKENS:
            if english.startswith(word) or (self.context.language == "fr" and french.startswith(word)):
                yield english

    # --- words ---

    def _token(self, token: str) -> Days | datetime | Now:
        if token == "now":
            return self._now()
        if token == "workdate" and self.context.work_date is not None:
            return Days(self.context.work_date, self.context.work_date)
        if token in ("week", "month", "quarter"):
            unit = {"week": "W", "month": "M", "quarter": "Q"}[token]
            today = self.context.today
            if today is None:
                return Days(Edge(token), Edge(token, end=True))
            return Days(first_of(unit, today), last_of(unit, today))
        shift = {"yesterday": -1, "tomorrow": 1}.get(token, 0)
        return self._day(shift)

    def _day(self, shift: int = 0) -> Days:
        """Today, moved by so many days."""
        if self.context.today is None:
            return Days(Edge("day", shift), Edge("day", shift, end=True))
        day = self.context.today + timedelta(days=shift)
        return Days(day, day)

    def _now(self) -> datetime | Now | Days:
        if self.context.now is not None:
            return self.context.now
        return Now() if self.context.today is None else self._day()

    def _period(self, number: int) -> Days:
        """An accounting period: a month, counted from the first one of the fiscal year that holds the work date."""
        work = self._work_date()
        start = self.context.fiscal_month
        first = date(work.year - (work.month < start), start, 1)
        month = add_months(first, number - 1) if number else first_of("M", work)
        return Days(month, last_of("M", month))

    def _work_date(self) -> date:
        if self.context.working is None:
            raise errors.not_standing(self.span, self.text)
        return self.context.working

    def _moved(self, found: Days | datetime | Now, rest: str) -> Days | datetime | Now:
        """Both ends moved by a formula, each for itself."""
        if not rest:
            return found
        shift = formula(rest, self.span)
        if isinstance(found, datetime):
            day = shift.after(found.date())
            return found.replace(year=day.year, month=day.month, day=day.day)
        if isinstance(found, Now):
            raise errors.not_standing(self.span, self.text)
        return Days(self._shifted(found.first, shift), self._shifted(found.last, shift))

    def _shifted(self, bound: Bound, shift: DateFormula) -> Bound:
        if isinstance(bound, date):
            return shift.after(bound)
        for term in shift.terms:
            bound = self._edge(bound, term)
        return bound

    def _edge(self, edge: Edge, term: Term) -> Edge:
        """The edge moved by one term; only where it then is the edge of a unit whatever day it is."""
        if term.kind == "current" and edge.unit == "day" and edge.offset == 0:
            return Edge(_UNITS[term.unit], 0, end=term.sign > 0)
        if edge in (Edge("day"), Edge("day", end=True)) and term.kind == "shift" and term.unit in "MQY":
            return replace(edge, offset=term.sign * term.number, step=_UNITS[term.unit])
        multiple = _MULTIPLES.get((edge.unit, term.unit)) if term.kind == "shift" else None
        if multiple is None or edge.step or (edge.end and edge.unit not in ("day", "week")):
            raise errors.not_standing(self.span, self.text)
        return replace(edge, offset=edge.offset + term.sign * term.number * multiple)

    def _formula(self) -> Days | None:
        """A formula by itself counts from today."""
        try:
            found = formula(self.text, self.span)
        except RuleError:
            if self.text[:1] in ("+", "-"):
                raise
            return None
        day = self._shifted(self._day().first, found)
        return Days(day, day)

    def _weekday(self, found: re.Match[str] | None) -> Days | None:
        if found is None or found[3]:
            return None
        names = (*_WEEKDAYS["en"], *_WEEKDAYS.get(self.context.language, ()))
        place = next((place for place, name in enumerate(names) if name.startswith(found[1].lower())), None)
        if place is None:
            return None
        year, week, _ = self._work_date().isocalendar()
        return self._single_day(lambda: date.fromisocalendar(year, int(found[2] or week), place % 7 + 1))

    # --- dates in digits ---

    def _date(self) -> Days | datetime:
        if re.fullmatch(r"\d{4}-\d\d?-\d\d?[T ].*", self.text):
            return self._instant()
        parts = re.findall(r"\d+", self.text)
        if not parts or len(parts) > 3 or re.search(r"[^\W_]", re.sub(r"\d", "", self.text)):
            raise errors.mismatch(self.span, DATE_ONLY, self.text)
        if len(parts) == 1:
            parts = self._cut(parts[0])
        return self._single_day(lambda: self._of_parts(parts))

    def _instant(self) -> datetime:
        try:
            return datetime.fromisoformat(self.text)
        except ValueError:
            raise errors.no_such_day(self.span, self.text) from None

    def _cut(self, digits: str) -> list[str]:
        """Digits without separators: day, day and month, or all three."""
        if len(digits) <= 2:
            return [digits]
        if len(digits) not in (4, 6, 8):
            raise errors.no_such_day(self.span, self.text)
        if len(digits) == 8 and self.order == "ymd":
            return [digits[:4], digits[4:6], digits[6:]]
        return [digits[:2], digits[2:4], *([digits[4:]] if len(digits) > 4 else [])]

    def _of_parts(self, parts: list[str]) -> date:
        numbers = [int(part) for part in parts]
        if len(parts) == 1:
            return self._work_date().replace(day=numbers[0])
        if len(parts) == 2:
            day, month = numbers if self.order == "dmy" else reversed(numbers)
            return date(self._work_date().year, month, day)
        order = "ymd" if len(parts[0]) == 4 else self.order
        named = dict(zip(order, numbers, strict=True))
        year = named["y"]
        if len(parts[order.index("y")]) <= 2:
            year += 1900 if year >= 50 else 2000
        return date(year, named["m"], named["d"])

    def _single_day(self, made: Callable[[], date]) -> Days:
        try:
            day = made()
        except ValueError:
            raise errors.no_such_day(self.span, self.text) from None
        return Days(day, day)
