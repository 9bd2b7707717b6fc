"""Why a rule holds or not for one profile, and when that changes if nothing happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from parcours.core.clock import DAY, HOUR
from parcours.core.errors import EvaluationError
from parcours.core.schema import NULL
from parcours.language.edges import AFTER
from parcours.language.functions.declaration import Value
from parcours.language.reference import Person, Place, Row, as_instant, rows_that_count, value_at
from parcours.language.scopes import conditions
from parcours.language.tree import (
    Aggregate,
    Each,
    InWindow,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    Quantifier,
    Sequence,
    children,
    members,
    walk,
)
from parcours.language.window_kinds import Absolute
from parcours.language.windows import time_dependent, turning_points
from parcours.language.witnesses import events_that_count

_ALWAYS = Absolute(future=True)


@dataclass(frozen=True)
class Explained:
    """A node with the value it had. ``held`` is set for conditions, ``events`` where it looks at events: those that
    count (see :func:`~parcours.language.witnesses.events_that_count`). ``clocked`` tells that the value is computed
    with the present instant other than by windows, so that :func:`next_change` looks at a grid of moments. ``failed``
    says why a part has no value at all: its evaluation fails, which matters only where its value is asked for.
    """

    node: Node
    value: Value
    held: bool | None = None
    parts: tuple[Explained, ...] = ()
    events: tuple[Row, ...] = ()
    clocked: bool = False
    failed: str | None = None


def explain(node: Node, person: Person, now: int) -> Explained:
    """``node`` and every part of it with the value seen for ``person`` at ``now`` (microseconds).

    The parts of a segment whose rule ``person.rules`` holds are the parts of that rule. Conditions on rows are not
    taken apart: they have no value of their own.
    """
    place = Place(person, now)
    value, failed = _seen(node, place)
    return Explained(
        node,
        value,
        held=(value is True) if node.type.kind.value == "boolean" else None,
        parts=tuple(explain(part, person, now) for part in _parts(node, person)),
        events=() if failed else events_that_count(node, place),
        clocked=_reads_now(node, person),
        failed=failed,
    )


def _seen(node: Node, place: Place) -> tuple[Value, str | None]:
    """The value of a part, or why there is none."""
    try:
        return value_at(node, place), None
    except EvaluationError as error:
        return None, error.message


def _parts(node: Node, person: Person) -> tuple[Node, ...]:
    if isinstance(node, Member | Membership):
        return (person.rules[node.segment],) if node.segment in person.rules else ()
    if isinstance(node, Quantifier | Each | Sequence):
        return (node.over,)
    return () if isinstance(node, Aggregate) else children(node)


def next_change(node: Node, person: Person, now: int, until: int = AFTER) -> int | None:
    """The first instant after ``now``, and not after ``until``, at which ``node`` has another value if nothing
    happens; ``None`` when there is none. All in microseconds.

    Other segments are taken to stay as they are, except those whose rules ``person.rules`` holds. What computes with
    the present instant (``hour(now) >= 8``) is looked at every hour of a week, then every day of two years; between two
    of these moments it is taken to turn at most once.
    """
    place = Place(person, now, memo={})
    before = _seen(node, place)
    ticking = _reads_now(node, person)
    turns = _turns(node, place) | (_looked_at(now) if ticking else set())
    previous = now
    for moment in sorted(moment for moment in turns if now < moment <= until):
        if _seen(node, replace(place, now=moment)) != before:
            return _exactly(node, place, previous, moment) if ticking else moment
        previous = moment
    return None


def _reads_now(node: Node, person: Person) -> bool:
    """Whether the value is computed with the present instant, other than by windows."""
    own = any(isinstance(part, Now) for part in walk(node))
    return own or any(_reads_now(person.rules.get(name, Literal(None, NULL)), person) for name in members(node))


def _looked_at(now: int) -> set[int]:
    hour, day = now - now % HOUR, now - now % DAY
    return {hour + count * HOUR for count in range(1, 8 * 24)} | {day + count * DAY for count in range(1, 2 * 366)}


def _exactly(node: Node, place: Place, same: int, other: int) -> int:
    """The first instant with another value than at ``same``, not after ``other``, which has one."""
    before = _seen(node, replace(place, now=same))
    while other - same > 1:
        middle = (same + other) // 2
        if _seen(node, replace(place, now=middle)) == before:
            same = middle
        else:
            other = middle
    return other


def _turns(node: Node, place: Place) -> set[int]:
    """The instants at which the value of ``node`` can change: a superset, found from the edges of windows."""
    match node:
        case InWindow():
            return _turns(node.value, place) | _turns_of_value(node, place)
        case Aggregate():
            return _turns_of_rows(node, place)
        case Quantifier():
            elements = _seen(node.over, place)[0] or []
            inner = _union(_turns(node.where, place.inside(element)) for element in elements)
            return _turns(node.over, place) | inner
        case Each(over=over, body=body):
            elements = _seen(over, place)[0] or []
            return _turns(over, place) | _union(_turns(body, place.inside(element)) for element in elements)
        case Sequence():
            return _turns(node.over, place) | _turns_of_steps(node, place)
        case Member(segment=segment) | Membership(segment=segment) if segment in place.person.rules:
            return _turns(place.person.rules[segment], place.at_rows(()))
        case _:
            return _union(_turns(part, place) for part in children(node))


def _turns_of_steps(node: Sequence, place: Place) -> set[int]:
    """Conditions of a step see its element and those of the steps before; a window is about one of them."""
    elements = _seen(node.over, place)[0] or []
    return _union(
        _turns(part, place.at_rows((element,) * (position + 1) + place.rows))
        for position, step in enumerate(node.steps)
        for part in conditions(step)
        if time_dependent(part)
        for element in elements
    )


def _turns_of_value(node: InWindow, place: Place) -> set[int]:
    """Edges for the value as it is now, and as it will be whenever it changes itself."""
    moments = {place.now, *_turns(node.value, place)}
    values = [_seen(node.value, replace(place, now=moment))[0] for moment in moments if moment >= place.now]
    return _union(turning_points(node.window, as_instant(value)) for value in values if value is not None)


def _turns_of_rows(node: Aggregate, place: Place) -> set[int]:
    """Edges of the window for every event that can count, and turns of the condition and value inside the rows."""
    condition = node.where if node.where is not None and not time_dependent(node.where) else None
    try:
        rows = rows_that_count(replace(node, window=_ALWAYS, where=condition), place)
    except EvaluationError:  # then it fails whenever it is looked at
        return set()
    edges = _union(turning_points(node.window, int(row.rows[-1]["_time"])) for row in rows)
    inner = [part for part in (node.where, node.value) if part is not None and time_dependent(part)]
    return edges | _union(_turns(part, row) for part in inner for row in rows)


def _union(sets: Iterable[Iterable[int]]) -> set[int]:
    return {item for items in sets for item in items}
