"""Filters of dates, and of dates with time: a day is all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from parcours.core.schema import DATE_ONLY, DATE_TIME, DATE_TIME_ONLY
from parcours.language import window_kinds
from parcours.language.conditions import all_of
from parcours.language.filters import errors
from parcours.language.filters.ast import Interval, Operand
from parcours.language.filters.dates import Bound, Days, Edge, Now, days
from parcours.language.filters.values import FUNCTIONS, ValueFilter, call, negated
from parcours.language.tree import Call, InWindow, Literal, Node
from parcours.language.window_kinds import Calendar
from parcours.language.windows import relative


class MomentFilter(ValueFilter):
    """Days, periods and instants. What a period is compared with are its first and its last day."""

    def compared(self, sign: str, operand: Operand) -> Node:
        found = self._read(operand)
        if isinstance(found, datetime):
            return self._at(sign, found)
        if isinstance(found, Now):
            return self._now(sign, operand)
        match sign:
            case ">=":
                return self._from(found.first, operand)
            case ">":
                return self._after(found.last, operand)
            case "<":
                return self._before(found.first, operand)
            case "<=":
                return self._until(found.last, operand)
            case _:
                return self._within(found, operand, operand) if sign == "=" else self._outside(found, operand)

    def interval(self, test: Interval) -> Node:
        ends = (test.low, test.high)
        low, high = (None if end is None else self._read(end) for end in ends)
        if test.low is not None and test.high is not None and isinstance(low, Days) and isinstance(high, Days):
            return self._within(Days(low.first, high.last), test.low, test.high)
        return super().interval(test)

    def _read(self, operand: Operand) -> Days | datetime | Now:
        if operand.fold or operand.wild:
            raise errors.only_for_text(operand.span, "@" if operand.fold else "a wildcard")
        found = days(operand, self.context)
        today = Days(Edge("day"), Edge("day", end=True))
        return today if isinstance(found, Now) and self.target.type == DATE_ONLY else found

    # --- periods ---

    def _within(self, found: Days, low: Operand, high: Operand) -> Node:
        first, last = found.first, found.last
        if isinstance(first, Edge) and isinstance(last, Edge) and _whole(first, last):
            return self._window(first.unit, first.offset, last.offset)
        if first == last and isinstance(first, date) and self.target.type == DATE_ONLY:
            return call("eq", self.field, Literal(first, DATE_ONLY))
        return all_of(self._from(first, low), self._until(last, high))

    def _outside(self, found: Days, operand: Operand) -> Node:
        within = self._within(found, operand, operand)
        if isinstance(within, Call) and within.function == "eq":
            return call("ne", *within.args)
        return negated(within)

    def _from(self, bound: Bound, operand: Operand) -> Node:
        if isinstance(bound, date):
            return call("ge", self.field, self._start(bound, operand))
        self._refuse(bound.end and bound.unit != "day", operand)
        return self._open(_start(bound), None)

    def _after(self, bound: Bound, operand: Operand) -> Node:
        if isinstance(bound, date):
            return self._beyond("gt", "ge", bound, operand)
        self._refuse((not bound.end and bound.unit != "day") or bool(bound.step), operand)
        return self._open(_start(bound, 1), None)

    def _before(self, bound: Bound, operand: Operand) -> Node:
        if isinstance(bound, date):
            return call("lt", self.field, self._start(bound, operand))
        self._refuse(bound.end and bound.unit != "day", operand)
        return self._open(None, _start(bound, closed=False))

    def _until(self, bound: Bound, operand: Operand) -> Node:
        if isinstance(bound, date):
            return self._beyond("le", "lt", bound, operand)
        self._refuse((not bound.end and bound.unit != "day") or bool(bound.step), operand)
        return self._open(None, _start(bound, 1, closed=False))

    def _beyond(self, of_days: str, of_times: str, day: date, operand: Operand) -> Node:
        """Compared with the end of a day: of dates with the day itself, of times with the start of the next one."""
        if self.target.type == DATE_ONLY:
            return call(of_days, self.field, Literal(day, DATE_ONLY))
        if day == date.max:
            raise errors.no_such_day(operand.span, operand.text)
        return call(of_times, self.field, self._start(day + timedelta(days=1), operand))

    def _window(self, unit: str, first: int, last: int) -> Node:
        return InWindow(self.field, Calendar(unit, first, last, self._zone, future=True))

    def _open(self, lower: window_kinds.Edge | None, upper: window_kinds.Edge | None) -> Node:
        return InWindow(self.field, relative(lower, upper, self._zone))

    @property
    def _zone(self) -> str:
        return "UTC" if self.target.type == DATE_ONLY else self.context.zone

    def _refuse(self, refused: bool, operand: Operand) -> None:
        """The first day of a period as an end, or its last day as a start, is no edge of a calendar window."""
        if refused:
            raise errors.not_standing(operand.span, operand.text)

    # --- instants ---

    def _start(self, day: date, operand: Operand) -> Literal:
        """A day as a constant of the field's type: where it begins."""
        if self.target.type == DATE_ONLY:
            return Literal(day, DATE_ONLY)
        try:
            return self._instant(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - a local day
        except OverflowError:
            raise errors.no_such_day(operand.span, operand.text) from None

    def _instant(self, moment: datetime) -> Literal:
        zone = ZoneInfo(self.context.zone)
        if self.target.type == DATE_TIME_ONLY:
            local = moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)
            return Literal(local, DATE_TIME_ONLY)
        aware = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
        return Literal(aware.astimezone(UTC), DATE_TIME)

    def _at(self, sign: str, moment: datetime) -> Node:
        if self.target.type != DATE_ONLY:
            return call(FUNCTIONS[sign], self.field, self._instant(moment))
        local = moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(self.context.zone))
        return call(FUNCTIONS[sign], self.field, Literal(local.date(), DATE_ONLY))

    def _now(self, sign: str, operand: Operand) -> Node:
        """Compared with the time of evaluation."""
        now, beside = window_kinds.Edge(), window_kinds.Edge(closed=False)
        known = {"<=": (None, now), "<": (None, beside), ">=": (now, None), ">": (beside, None)}
        self._refuse(sign not in known, operand)
        return self._open(*known[sign])


def _whole(first: Edge, last: Edge) -> bool:
    """Whether a period consists of whole units of one kind."""
    stepped = first.step or last.step
    return not stepped and first.unit == last.unit and (first.unit == "day" or (not first.end and last.end))


def _start(edge: Edge, more: int = 0, *, closed: bool = True) -> window_kinds.Edge:
    """Where the unit of the edge begins, or the one so many units later."""
    return window_kinds.Edge(edge.offset + more, edge.step or edge.unit, edge.unit, closed)
