"""``occurs``: whether a timestamp lies before, after, in or near a point in time (profile-query-language.md, 8).

Every form is one stretch of time or two, each between two edges. Edges that move with the clock make a window, fixed
ones a window of fixed dates; where the reference is a timestamp of the profile or of an event, they are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from parcours.core.errors import Span
from parcours.core.schema import BOOLEAN, DATE_TIME, INTEGER, STRING, Kind
from parcours.language.calendar import floored, shifted
from parcours.language.functions.iso import read_moment
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Between, Distance, Expr, Interval, Name, Occurs, On, Side, Time, When
from parcours.language.pql.call_reader import CallReader
from parcours.language.pql.moving import Edge, Floor, most, moving_window
from parcours.language.pql.scope import Frame, RowName
from parcours.language.pql.values import TIMES, any_of, as_instant, both, element, midnight, negated, untyped
from parcours.language.pql.words import DAYS, INTERVALS, NOW
from parcours.language.tree import Call, InWindow, Literal, Node, Now, has_value
from parcours.language.window_kinds import Absolute

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Steps of these may lead out of the years there are.
_FAR = ("century", "millennium")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, or the interval from ``start`` to before ``end``."""

    start: Edge
    end: Edge | None = None

    @property
    def last(self) -> Edge:
        """The closing edge of a stretch that ends with it."""
        return self.start if self.end is None else self.end.shut(False)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``start`` to ``end``; ``None`` where there is no end."""

    start: Edge | None
    end: Edge | None


class TimeReader(CallReader):
    """Reads ``occurs`` and the content of ``WHEN``."""

    def occurs(self, expr: Occurs, frame: Frame) -> Node:
        value = self.node(expr.value, frame)
        if value.type.kind is not Kind.LIST:
            return self.when(value, expr.when, frame, expr.value.span)
        item = element(value)
        return any_of(value, self.when(item, expr.when, frame.inside(item.type, {}), expr.value.span))

    def when(self, value: Node, when: When, frame: Frame, span: Span) -> Node:
        """Whether ``value`` occurs then."""
        stretches = self._stretches(when, frame)
        if value.type.kind not in (*TIMES, Kind.STRING) and not untyped(value.type):
            return self.problem(type_errors.not_a_time(span, value.type))
        if not stretches:
            return Literal(False, BOOLEAN)
        tests = tuple(self._in_stretch(value, stretch, span) for stretch in stretches)
        found = tests[0] if len(tests) == 1 else Call("or", tests, BOOLEAN)
        return negated(found) if isinstance(when, Distance) and when.operator == "!=" else found

    # --- forms ---

    def _stretches(self, when: When, frame: Frame) -> Sequence[Stretch]:
        """The stretches of time that a form means; none when there was a problem."""
        times = (when.first, when.last) if isinstance(when, Between) else (when.time,)
        moments = [moment for time in times if (moment := self.moment(time, frame)) is not None]
        if len(moments) < len(times):
            return ()
        match when:
            case Between():
                return (Stretch(moments[0].start, moments[1].last),)
            case On():
                return (Stretch(moments[0].start, moments[0].last),)
            case Distance():
                return _near(when, moments[0].start)
            case Side():
                return self._side(when, moments[0])

    def _side(self, when: Side, moment: Moment) -> Sequence[Stretch]:
        if when.direction == "before":
            return (Stretch(None, moment.start.shut(False)),)
        if when.direction == "after":
            return (Stretch(moment.end or moment.start.shut(False), None),)
        self.problem(type_errors.no_meaning(when.span, "from", "say how far: < 7 days from now"))
        return ()

    # --- points in time ---

    def moment(self, time: Time, frame: Frame) -> Moment | None:
        """What a time in a form of ``occurs`` stands for; ``None`` after a problem."""
        if isinstance(time, Interval):
            return _unit(time.unit, INTERVALS[time.which])
        if isinstance(time, Name) and time.name not in frame.names:
            if time.name == NOW:
                return Moment(Edge(Now()))
            if time.name in DAYS:
                return _unit("day", DAYS[time.name])
        node = self._time_node(time, frame)
        if has_value(node):
            return self._written(time, node)
        instant = as_instant(node)
        if instant is None:
            self.problem(type_errors.not_a_time(time.span, node.type))
            return None
        return _day(instant) if node.type.kind is Kind.DATE_ONLY else Moment(Edge(instant))

    def _time_node(self, time: Expr, frame: Frame) -> Node:
        """The value of a time; the name of a step of a chain stands for its timestamp (P25)."""
        bound = frame.names.get(time.name) if isinstance(time, Name) else None
        if isinstance(bound, RowName) and bound.time is not None:
            row = frame.field(bound.row, bound.path, bound.type)
            return self.step(row, bound.time, time.span)
        return self.node(time, frame)

    def _written(self, time: Expr, node: Literal) -> Moment | None:
        """A date, or an instant in ISO text."""
        if node.type.kind is Kind.DATE_ONLY:
            found = as_instant(node)
            return None if found is None else _day(found)
        if node.type != STRING:
            self.problem(type_errors.not_a_time(time.span, node.type))
            return None
        moment = read_moment(str(node.value))
        if moment is None:
            self.problem(type_errors.bad_time_text(time.span, str(node.value)))
            return None
        if not isinstance(moment, datetime):
            return _day(Literal(midnight(moment), DATE_TIME))
        return Moment(Edge(Literal(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC), DATE_TIME)))

    # --- nodes ---

    def _in_stretch(self, value: Node, stretch: Stretch, span: Span) -> Node:
        start, end = stretch.start, stretch.end
        if start is None or end is None or _alike(start, end):
            return self._between(value, start, end, span)
        self.again(value, span)
        return both(self._between(value, start, None, span), self._between(value, None, end, span))

    def _between(self, value: Node, start: Edge | None, end: Edge | None, span: Span) -> Node:
        """Whether the value lies between two edges of the same kind."""
        edge = start or end
        assert edge is not None
        instant = as_instant(value)
        assert instant is not None
        timely = value if value.type.kind in (Kind.DATE_ONLY, Kind.DATE_TIME) else instant
        if edge.fixed:
            return InWindow(timely, _fixed_window(start, end))
        window = moving_window(start, end) if edge.moves_with_clock else None
        return self._compared_with(instant, start, end, span) if window is None else InWindow(timely, window)

    def _compared_with(self, instant: Node, start: Edge | None, end: Edge | None, span: Span) -> Node:
        if start is not None and start == end and start.closed:
            return Call("equals", (instant, _edge_node(start)), BOOLEAN)
        tests: list[Node] = []
        if start is not None:
            tests.append(Call("ge" if start.closed else "gt", (instant, _edge_node(start)), BOOLEAN))
        if end is not None:
            tests.append(Call("le" if end.closed else "lt", (instant, _edge_node(end)), BOOLEAN))
        if len(tests) == 1:
            return tests[0]
        self.again(tests[1], span)
        return both(*tests)


# --- points and edges ----------------------------------------------------------------------------------


def _unit(unit: str, offset: int) -> Moment:
    """A calendar unit, so far from the present one."""
    start = Edge(Now()).floor(unit)
    return Moment(start.then(offset, unit), start.then(offset + 1, unit))


def _day(start: Node) -> Moment:
    """The day that begins at an instant."""
    return Moment(Edge(start), Edge(start).then(1, "day"))


def _alike(first: Edge, second: Edge) -> bool:
    return (first.fixed, first.moves_with_clock) == (second.fixed, second.moves_with_clock)


def _near(when: Distance, start: Edge) -> Sequence[Stretch]:
    """The stretches at a distance from an instant."""
    n = min(when.amount, most(when.unit))
    closed = when.operator in ("<=", ">=")
    back, ahead = start.then(-n, when.unit).shut(closed), start.then(n, when.unit).shut(closed)
    sides = ("before", "after") if when.direction == "from" else (when.direction,)
    if when.operator in ("=", "!="):
        return [_same_unit(back if side == "before" else ahead, when.unit) for side in sides]
    if when.operator in (">", ">="):
        return [Stretch(None, back) if side == "before" else Stretch(ahead, None) for side in sides]
    if when.direction == "from":
        return (Stretch(back, ahead),)
    return (Stretch(back, start) if when.direction == "before" else Stretch(start, ahead),)


def _same_unit(edge: Edge, unit: str) -> Stretch:
    first = edge.floor(unit).shut(True)
    return Stretch(first, first.then(1, unit).shut(False))


# --- edges as nodes and as constants -------------------------------------------------------------------


def _edge_node(edge: Edge) -> Node:
    """The instant of an edge. A far step out of the years there are ends at the first or the last of them."""
    node = edge.base
    for move in edge.moves:
        if isinstance(move, Floor):
            node = Call("start_of", (node, Literal(move.unit, STRING)), DATE_TIME)
            continue
        node = Call("shift", (node, Literal(move.n, INTEGER), Literal(move.unit, STRING)), DATE_TIME)
        if move.unit in _FAR:
            node = Call("coalesce", (node, Literal(_FIRST if move.n < 0 else _LAST, DATE_TIME)), DATE_TIME)
    return node


def _fixed_window(start: Edge | None, end: Edge | None) -> Absolute:
    first = None if start is None else _microseconds(start) + (not start.closed)
    last = None if end is None else _microseconds(end) + end.closed
    return Absolute(first, last, future=True)


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
