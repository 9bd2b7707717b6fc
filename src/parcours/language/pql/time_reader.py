"""``occurs``: whether a timestamp lies before, after, in or near a point in time (profile-query-language.md, 8).

Every form is one stretch of time or two, each between two edges. Edges that move with the clock make a window, fixed
ones a window of fixed dates; where the reference is a timestamp of the profile or of an event, they are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from parcours.core.errors import Span
from parcours.core.schema import BOOLEAN, DATE_TIME, INTEGER, STRING, Kind
from parcours.language.calendar import floored, shifted
from parcours.language.functions.iso import read_moment
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Between, Distance, Expr, Interval, Name, Occurs, On, Side, Time, When
from parcours.language.pql.call_reader import CallReader
from parcours.language.pql.moving import Edge, Floor, Shift, most, moving
from parcours.language.pql.scope import Frame, RowName
from parcours.language.pql.values import (
    TIMES,
    any_of,
    as_instant,
    both,
    element,
    midnight,
    negated,
    untyped,
)
from parcours.language.pql.words import DAYS, INTERVALS, NOW
from parcours.language.tree import Absolute, Call, InWindow, Literal, Node
from parcours.language.tree import Now as NowNode

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Distances from here on may lead out of the years there are.
_FAR = ("century", "millennium")


@dataclass(frozen=True, slots=True)
class Moving:
    """An instant that moves with the clock: now, or (with ``unit``) a calendar unit so far from the present one."""

    unit: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed instant, or a fixed day."""

    start: datetime
    is_day: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """The instant of a value, or the day of a date."""

    instant: Node
    is_day: bool


Moment: TypeAlias = Moving | Fixed | Computed


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``start`` to ``end``; an edge is ``None`` where there is no end, closed when it belongs to the stretch."""

    start: Edge | None
    end: Edge | None
    start_closed: bool = False
    end_closed: bool = False


class TimeReader(CallReader):
    """Reads ``occurs`` and the content of ``WHEN``."""

    def occurs(self, expr: Occurs, frame: Frame) -> Node:
        value = self.node(expr.value, frame)
        if value.type.kind is Kind.LIST:
            stretches = self._stretches(expr.when, frame.inside(element(value).type, {}))
            return any_of(value, self._inside(element(value), expr.when, stretches, expr.value.span))
        return self.when(value, expr.when, frame, expr.value.span)

    def when(self, value: Node, when: When, frame: Frame, span: Span) -> Node:
        """Whether ``value`` occurs then."""
        return self._inside(value, when, self._stretches(when, frame), span)

    def _inside(self, value: Node, when: When, stretches: list[tuple[Moment, Stretch]], span: Span) -> Node:
        if value.type.kind not in (*TIMES, Kind.STRING) and not untyped(value.type):
            return self.problem(type_errors.not_a_time(span, value.type))
        if not stretches:
            return Literal(False, BOOLEAN)
        found = self._any([self._in_stretch(value, moment, stretch, span) for moment, stretch in stretches])
        return negated(found) if isinstance(when, Distance) and when.operator == "!=" else found

    def _any(self, tests: list[Node]) -> Node:
        return tests[0] if len(tests) == 1 else Call("or", tuple(tests), BOOLEAN)

    # --- forms ---

    def _stretches(self, when: When, frame: Frame) -> list[tuple[Moment, Stretch]]:
        """The stretches of time that a form means; none when there was a problem."""
        match when:
            case Between():
                return self._between(when, frame)
            case Side():
                return self._side(when, frame)
        moment = self.moment(when.time, frame)
        if moment is None:
            return []
        if isinstance(when, On):
            return [(moment, _whole(moment))]
        return [(moment, stretch) for stretch in _near(when, _start(moment))]

    def _side(self, when: Side, frame: Frame) -> list[tuple[Moment, Stretch]]:
        moment = self.moment(when.time, frame)
        if when.direction == "from":
            self.problem(type_errors.no_meaning(when.span, "from", "write how far: < 7 days from now"))
            return []
        if moment is None:
            return []
        if when.direction == "before":
            return [(moment, Stretch(None, _start(moment)))]
        return [(moment, Stretch(_end(moment), None, start_closed=_is_interval(moment)))]

    def _between(self, when: Between, frame: Frame) -> list[tuple[Moment, Stretch]]:
        first, last = self.moment(when.first, frame), self.moment(when.last, frame)
        if first is None or last is None:
            return []
        until = Stretch(_start(first), _end(last), True, not _is_interval(last))
        computed = first if isinstance(first, Computed) else last
        mixed = type(first) is not type(last)
        return [(Computed(_edge_node(_start(first)), False) if mixed else computed, until)]

    # --- points in time ---

    def moment(self, time: Time, frame: Frame) -> Moment | None:
        """What a time in a form of ``occurs`` stands for; ``None`` after a problem."""
        if isinstance(time, Interval):
            return Moving(time.unit, INTERVALS[time.which])
        if isinstance(time, Name) and time.name not in frame.names:
            if time.name == NOW:
                return Moving()
            if time.name in DAYS:
                return Moving("day", DAYS[time.name])
        return self._value(time, self._time_node(time, frame))

    def _time_node(self, time: Expr, frame: Frame) -> Node:
        """The value of a time; the name of a step of a chain stands for its timestamp (P25)."""
        bound = frame.names.get(time.name) if isinstance(time, Name) else None
        if isinstance(bound, RowName) and bound.time is not None:
            row = frame.field(bound.row, bound.path, bound.type)
            return self.step(row, bound.time, time.span)
        return self.node(time, frame)

    def _value(self, time: Expr, node: Node) -> Moment | None:
        if isinstance(node, NowNode):
            return Moving()
        if isinstance(node, Literal) and node.value is not None:
            return self._written(time, node)
        instant = as_instant(node)
        if instant is None:
            self.problem(type_errors.not_a_time(time.span, node.type))
            return None
        return Computed(instant, node.type.kind is Kind.DATE_ONLY)

    def _written(self, time: Expr, node: Literal) -> Moment | None:
        if node.type == STRING:
            found = read_moment(str(node.value))
            if found is None:
                self.problem(type_errors.bad_time_text(time.span, str(node.value)))
                return None
            if not isinstance(found, datetime):
                return Fixed(midnight(found), True)
            return Fixed(found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC), False)
        instant = as_instant(node)
        if not isinstance(instant, Literal) or not isinstance(instant.value, datetime):
            self.problem(type_errors.not_a_time(time.span, node.type))
            return None
        return Fixed(instant.value, node.type.kind is Kind.DATE_ONLY)

    # --- nodes ---

    def _in_stretch(self, value: Node, moment: Moment, stretch: Stretch, span: Span) -> Node:
        timely = value if value.type.kind in (Kind.DATE_ONLY, Kind.DATE_TIME) else as_instant(value)
        assert timely is not None
        if isinstance(moment, Fixed):
            return InWindow(timely, _fixed_window(stretch))
        if isinstance(moment, Moving):
            window = moving(stretch.start, stretch.end, stretch.start_closed, stretch.end_closed)
            if window is not None:
                return InWindow(timely, window)
        instant = as_instant(value)
        assert instant is not None
        return self._between_edges(instant, stretch, span)

    def _between_edges(self, instant: Node, stretch: Stretch, span: Span) -> Node:
        tests: list[Node] = []
        if stretch.start is not None:
            compare = "ge" if stretch.start_closed else "gt"
            tests.append(Call(compare, (instant, _edge_node(stretch.start)), BOOLEAN))
        if stretch.end is not None:
            compare = "le" if stretch.end_closed else "lt"
            tests.append(Call(compare, (instant, _edge_node(stretch.end)), BOOLEAN))
        if len(tests) == 1:
            return tests[0]
        self.again(instant, span)
        assert stretch.end is not None
        self.again(stretch.end.base, span)
        if stretch.start_closed and stretch.end_closed and stretch.start == stretch.end:
            return Call("equals", tests[0].args, BOOLEAN)  # type: ignore[union-attr]
        return both(*tests)


# --- edges of the forms --------------------------------------------------------------------------------


def _is_interval(moment: Moment) -> bool:
    return moment.unit is not None if isinstance(moment, Moving) else moment.is_day


def _start(moment: Moment) -> Edge:
    """The instant, or the start of the interval."""
    match moment:
        case Moving(unit=None):
            return Edge(NowNode())
        case Moving(unit=unit, offset=offset):
            assert unit is not None
            return Edge(NowNode(), (Floor(unit),)).then(offset, unit)
        case Fixed(start=start):
            return Edge(Literal(start, DATE_TIME))
        case Computed(instant=instant):
            return Edge(instant)


def _end(moment: Moment) -> Edge:
    """The instant, or the first instant after the interval."""
    if isinstance(moment, Moving) and moment.unit is not None:
        return Edge(NowNode(), (Floor(moment.unit),)).then(moment.offset + 1, moment.unit)
    return _start(moment).then(1, "day") if _is_interval(moment) else _start(moment)


def _whole(moment: Moment) -> Stretch:
    return Stretch(_start(moment), _end(moment), True, not _is_interval(moment))


def _near(when: Distance, start: Edge) -> list[Stretch]:
    """The stretches at a distance from an instant."""
    n = min(when.amount, most(when.unit))
    back, ahead = start.then(-n, when.unit), start.then(n, when.unit)
    sides = ("before", "after") if when.direction == "from" else (when.direction,)
    closed = when.operator in ("<=", ">=")
    if when.operator in ("=", "!="):
        return [_same_unit(back if side == "before" else ahead, when.unit) for side in sides]
    if when.operator in (">", ">="):
        return [
            Stretch(None, back, end_closed=closed) if side == "before" else Stretch(ahead, None, closed)
            for side in sides
        ]
    if when.direction == "from":
        return [Stretch(back, ahead, closed, closed)]
    if when.direction == "before":
        return [Stretch(back, start, closed, True)]
    return [Stretch(start, ahead, True, closed)]


def _same_unit(edge: Edge, unit: str) -> Stretch:
    first = replace(edge, moves=(*edge.moves, Floor(unit)))
    return Stretch(first, replace(edge, moves=(*edge.moves, Floor(unit), Shift(1, unit))), True, False)


# --- edges as nodes and as constants -------------------------------------------------------------------


def _edge_node(edge: Edge) -> Node:
    """The instant of an edge. A step out of the years there are ends at the first or the last of them."""
    node = edge.base
    for move in edge.moves:
        if isinstance(move, Floor):
            node = Call("start_of", (node, Literal(move.unit, STRING)), DATE_TIME)
            continue
        node = Call("shift", (node, Literal(move.n, INTEGER), Literal(move.unit, STRING)), DATE_TIME)
        if move.unit in _FAR:
            limit = _FIRST if move.n < 0 else _LAST
            node = Call("coalesce", (node, Literal(limit, DATE_TIME)), DATE_TIME)
    return node


def _fixed_window(stretch: Stretch) -> Absolute:
    start = None if stretch.start is None else _microseconds(stretch.start) + (not stretch.start_closed)
    end = None if stretch.end is None else _microseconds(stretch.end) + stretch.end_closed
    return Absolute(start, end, future=True)


def _microseconds(edge: Edge) -> int:
    """The instant of an edge that starts from a constant."""
    assert isinstance(edge.base, Literal)
    assert isinstance(edge.base.value, datetime)
    local = edge.base.value.replace(tzinfo=None)
    for move in edge.moves:
        if isinstance(move, Floor):
            local = floored(local, move.unit)
        else:
            local = shifted(local, move.n, move.unit) or (_FIRST if move.n < 0 else _LAST).replace(tzinfo=None)
    return (local.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
