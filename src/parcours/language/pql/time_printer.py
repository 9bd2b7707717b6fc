"""Which form of ``occurs`` says what a node says: forms are proposed, and read back to see whether they do.

The reader alone knows what each form means; nothing here repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parcours.core.schema import DATE_TIME
from parcours.language import window_kinds
from parcours.language.pql.ast import (
    NOWHERE,
    Distance,
    Name,
    Time,
    When,
)
from parcours.language.pql.moving import Edge
from parcours.language.pql.read import Reader
from parcours.language.pql.scope import EMPTY, Frame, Level, PqlScope
from parcours.language.pql.time_forms import (
    NO_STEP,
    all_forms,
    double_forms,
    fixed_times,
    proposals,
    steps_of,
    times_of,
    whole_units,
)
from parcours.language.pql.time_reader import Moment
from parcours.language.pql.window_edges import edges_of
from parcours.language.tree import Call, InWindow, Literal, Node, Now, walk
from parcours.language.window_kinds import Absolute

_COMPARED = ("lt", "le", "gt", "ge", "equals")
_WRAPPED = ("read_instant", "shift", "start_of", "coalesce", "instant_of")


@dataclass(frozen=True, slots=True)
class Said:
    """``value`` occurs ``when``; times named in ``bases`` stand for these nodes."""

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
    forms = [*filter(_is_same_unit, proposals(node.window)), *whole_units(node.window)]
    return next((Said(node.value, when) for when in forms if _read(node.value, when, {}) == node), None)


def _is_same_unit(when: When) -> bool:
    return isinstance(when, Distance) and when.operator == "="


def _window(node: InWindow) -> Said | None:
    try:
        for when in proposals(node.window):
            if _read(node.value, when, {}) == node:
                return Said(node.value, when)
    except (OverflowError, ValueError):  # an edge beside the years there are
        pass
    return None


# --- two stretches, and edges of two kinds -------------------------------------------------------------


def _joined(node: Call, first: Node, second: Node, plain: bool) -> Said | None:
    """``from`` beyond a distance is two stretches, ``between`` edges of two kinds is two tests."""
    one, other = _clues(first, plain), _clues(second, plain)
    if one is None or other is None or one.value != other.value:
        return None
    bases = {base: str(number) for number, base in enumerate(dict.fromkeys((*one.bases, *other.bases)))}
    moments = {name: _moment(base) for base, name in bases.items()}
    before, after = ([*part.times, *(Name(bases[base]) for base in part.bases)] for part in (one, other))
    for when in double_forms(node.function, before, after, (*one.steps, *other.steps)):
        if _read(one.value, when, moments) == node:
            return Said(one.value, when, {name: base for base, name in bases.items()})
    return None


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
            shown = [time for edge in edges_ for time in fixed_times(edge)]
            return _Clues(value, tuple(shown))
        case InWindow(value=value, window=window):
            found = [edge for edge in edges_of(window) if edge is not None]
            own = ((abs(edge.n), edge.unit) for edge in found if edge.n)
            return _Clues(value, tuple(times_of(found)), (), (*own, *steps_of(found)))
        case Call(function="and", args=(Call() as first, Call() as second)) if _about_time(first, second, plain=plain):
            base, steps = _unmoved(first.args[1])
            return _Clues(first.args[0], (), (base,), tuple(steps)) if first.args[0] == second.args[0] else None
        case Call() if _about_time(node, plain=plain):
            base, steps = _unmoved(node.args[1])
            return _Clues(node.args[0], (), (base,), tuple(steps))
        case _:
            return None


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
        times += times_of([window_kinds.Edge(aligned=unit) for unit in _units(parts)])
    moments = {name: _moment(base) for base, name in bases.items()}
    proposals: Iterator[When] = all_forms(times, [*steps, NO_STEP])
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
