"""Sequences of events without lists: each step is a stream, and whether steps follow one another is a search in times.

Most sequences ask each event about itself, and about the event of the step before only how much later it happened,
or for an equal value. Then it is enough to know, for each event of a step, the latest event of the step before that
lies early enough: whoever follows an earlier one closely enough follows this one, too. So a sequence costs a pass over
the rows of its steps, for the profiles asked about; whole events are not put together.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from parcours.core.schema import BOOLEAN, DATE_TIME, STRING, Kind, object_of
from parcours.kernel.narrow import ANY_TYPE, TIME, TYPE, types_of
from parcours.kernel.rows import Bools, Int64s, Profiles, concat
from parcours.kernel.streams import Stream, StreamSpec
from parcours.kernel.windows import ALWAYS, NEVER, bounds, bounds_at
from parcours.language import tree
from parcours.language.calendar import LENGTHS
from parcours.language.conditions import all_of, conjuncts
from parcours.language.functions import registry
from parcours.language.functions.untyped import untyped
from parcours.language.scopes import conditions, reach, with_fields
from parcours.language.tree import Call, Each, Events, Field, InWindow, Literal, Node, ObjectOf
from parcours.language.window_kinds import Window

#: Kinds of values that are equal where what is kept of them is.
_EQUAL_AS_KEPT = (Kind.STRING, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE_ONLY, Kind.DATE_TIME)
#: The time of the event at hand, and of the event of the step before.
_HERE, _BEFORE = (TIME, 0), (TIME, 1)
_MIRRORED = {"le": "ge", "lt": "gt", "ge": "le", "gt": "lt"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its streams, one per event type, and the windows its events lie in.

    An event of the step is at least ``least`` and at most ``most`` microseconds later than the one of the step before,
    with ``linked`` of equal value, and at least the ``count``-th of such.
    """

    specs: tuple[StreamSpec, ...]
    windows: tuple[Window, ...]
    count: int = 1
    least: int = 1
    most: int = NEVER
    linked: bool = False


Plan: TypeAlias = tuple[Step, ...]


# --- which sequences ------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4_096)
def plan_of(node: tree.Sequence) -> Plan | None:
    """The steps of a sequence over narrowed events (see ``narrow.py``); ``None``: it asks for more."""
    around = _around(node.over)
    if around is None or node.time != (TIME,) or any(_may_fail(part) for part in tree.walk(node)):
        return None
    drafts = [_draft(step, position, around) for position, step in enumerate(node.steps)]
    known = [draft for draft in drafts if draft is not None]
    if len(known) < len(drafts) or any(draft.where is None for draft in known):
        return None
    links = {draft.link for draft in known if draft.link is not None}
    if len(links) > 1:
        return None
    link = next(iter(links), None)
    needs = [draft.link is not None for draft in known]
    return tuple(
        draft.step(link if here or after else None)
        for draft, here, after in zip(known, needs, [*needs[1:], False], strict=True)
    )


def _may_fail(part: Node) -> bool:
    if not isinstance(part, Call):
        return False
    values = [arg.value if isinstance(arg, Literal) else None for arg in part.args]
    return registry.get(part.function).may_fail(values) or any(untyped(arg.type) for arg in part.args)


def _around(over: Node) -> list[Node] | None:
    """The conditions on all events of a list, ``None`` if it is none of narrowed events."""
    match over:
        case Events(types=types) if types and ANY_TYPE not in types:
            return [Call("in_types", tuple(Literal(name, STRING) for name in types), BOOLEAN)]
        case Each(kind="filter", over=inner, body=body):
            found = _around(inner)
            return None if found is None else [*found, *conjuncts(body)]
        case _:
            return None


@dataclass(slots=True)
class _Draft:
    """A step while its conditions are read; ``where`` is ``None`` when one of them cannot be said here."""

    types: frozenset[str]
    count: int
    where: list[Node] | None = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    least: int = 1
    most: int = NEVER
    link: Field | None = None

    def step(self, link: Field | None) -> Step:
        return Step(
            tuple(self._spec(name, link) for name in sorted(self.types)),
            tuple(dict.fromkeys(self.windows)),
            self.count,
            self.least,
            self.most,
            self.link is not None,
        )

    def _spec(self, event: str, link: Field | None) -> StreamSpec:
        parts = [_of_event(part, event) for part in self.where or ()]
        where = all_of(*parts) if parts else None
        if link is None:
            return StreamSpec(event, where=where)
        value = ObjectOf((link.path[0],), (link,), object_of({link.path[0]: link.type}))
        return StreamSpec(event, where=where, value=value, encoding="row")

    def take(self, part: Node, position: int) -> None:
        """Take a condition in."""
        reads = reach(part)
        if isinstance(part, InWindow) and _place(part.value) == _HERE:
            self.windows.append(part.window)
        elif types_of(part) is not None and _is_type_test(part):
            pass
        elif reads <= {0} and _of_row(part):
            if self.where is not None:
                self.where.append(part)
        elif not (position and reads <= {0, 1} and self._linked(part)):
            self.where = None

    def _linked(self, part: Node) -> bool:
        """Whether the condition says how far the event lies from the one before, or that a value is the same."""
        if not isinstance(part, Call) or len(part.args) != 2:
            return False
        left, right = part.args
        if part.function in _MIRRORED:
            name = part.function
            if _place(left) != _HERE:
                name, left, right = _MIRRORED[name], right, left
            distance = _distance(right) if _place(left) == _HERE else None
            return distance is not None and self._apart(name, distance)
        if part.function not in ("eq", "equals") or self.link is not None:
            return False
        return self._same(part.function, left, right)

    def _apart(self, name: str, distance: int) -> bool:
        if name in ("le", "lt"):
            self.most = min(self.most, distance - (name == "lt"))
        else:
            self.least = max(self.least, distance + (name == "gt"))
        return True

    def _same(self, name: str, left: Node, right: Node) -> bool:
        match (left, right) if isinstance(left, Field) and left.up == 0 else (right, left):
            case Field(path=path, type=type_, up=0) as own, Field(path=other, type=their, up=1) if (
                path == other and type_ == their and len(path) == 1 and type_.kind in _EQUAL_AS_KEPT
            ):
                if path[0] in (TYPE, TIME):
                    return False
                self.link = own
                if name == "equals" and self.where is not None:
                    self.where.append(Call("is_not_null", (own,), BOOLEAN))
                return True
            case _:
                return False


def _draft(step: tree.SequenceStep, position: int, around: list[Node]) -> _Draft | None:
    parts = [part for condition in conditions(step) for part in conjuncts(condition)]
    every, *filters = around
    assert isinstance(every, Call)
    found = [types for types in map(types_of, (*filters, *parts)) if types is not None]
    possible = frozenset(arg.value for arg in every.args if isinstance(arg, Literal) and isinstance(arg.value, str))
    draft = _Draft(possible.intersection(*found), step.count)
    for part in filters:
        draft.take(part, 0)
    for part in parts:
        draft.take(part, position)
    return draft


def _place(node: Node) -> tuple[str, int] | None:
    """The name and the row of a field that is read as it stands."""
    match node:
        case Field(path=(name,), up=up):
            return name, up
        case _:
            return None


def _distance(node: Node) -> int | None:
    """How much later than the event of the step before an instant lies, where that is always the same."""
    match node:
        case Call(function="shift", args=(moment, Literal(value=int() as n), Literal(value=str() as unit))) if (
            _place(moment) == _BEFORE and unit in LENGTHS and abs(n) * LENGTHS[unit] < 2**52
        ):
            return n * LENGTHS[unit]
        case _:
            return 0 if _place(node) == _BEFORE else None


def _is_type_test(part: Node) -> bool:
    """Whether a condition asks for the type of the event and nothing else."""
    fields = [inner for inner in tree.walk(part) if isinstance(inner, Field)]
    return len(fields) == 1 and not (isinstance(part, Call) and part.function in ("and", "or"))


def _of_row(node: Node) -> bool:
    """Whether the value of ``node`` follows from one event alone."""
    return not any(isinstance(part, _OUTSIDE) for part in tree.walk(node))


_OUTSIDE = (
    tree.Attribute,
    tree.Aggregate,
    tree.Chance,
    Events,
    tree.Fetched,
    tree.Given,
    InWindow,
    tree.Member,
    tree.Membership,
    tree.Now,
    tree.Sequence,
)


def _of_event(node: Node, event: str) -> Node:
    """A condition on an event in general as one on the rows of one type."""

    def own(part: Field, depth: int) -> Node:
        if part.up != depth or part.path not in ((TYPE,), (TIME,)):
            return part
        return Literal(event, STRING) if part.path == (TYPE,) else Field(("_time",), DATE_TIME, part.up)

    return with_fields(node, own)


# --- whether they follow --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Events:
    """Events of a step by profile asked and time; ``values`` where a link compares them."""

    asked: Int64s
    times: Int64s
    values: Int64s | None

    def __len__(self) -> int:
        return len(self.asked)

    def part(self, which: Bools | NDArray[np.intp]) -> _Events:
        return _Events(self.asked[which], self.times[which], None if self.values is None else self.values[which])


def followed(
    plan: Plan, streams: Mapping[StreamSpec, Stream], profiles: Profiles, now: int, instants: Int64s | None
) -> Bools:
    """Whether each profile has events that follow one another: at ``now``, or at one instant each."""
    found = np.zeros(len(profiles), np.bool_)
    events: _Events | None = None
    for step in plan:
        some = _events(step, streams, profiles, now, instants)
        if not len(some):
            return found
        events = _after(events, some, step)
        if not len(events):
            return found
    if events is not None:
        found[events.asked] = True
    return found


def _events(
    step: Step, streams: Mapping[StreamSpec, Stream], profiles: Profiles, now: int, instants: Int64s | None
) -> _Events:
    lo, hi = _bounds(step.windows, now, instants)
    parts = [streams[spec].index.select(profiles, lo, hi) for spec in step.specs]
    asked = np.concatenate([np.empty(0, np.int64), *(part[0].astype(np.int64, copy=False) for part in parts)])
    rows = concat([part[1] for part in parts], bool(step.specs) and step.specs[0].valued)
    found = _Events(asked, rows.times, rows.values)
    return found if len(parts) < 2 else found.part(np.lexsort((found.times, found.asked)))


def _bounds(windows: Sequence[Window], now: int, instants: Int64s | None) -> tuple[Int64s | int, Int64s | int]:
    """Where all the windows overlap, up to the instant of evaluation."""
    if instants is None:
        edges = [(ALWAYS, now), *(bounds(window, now) for window in windows)]
        return max(lo for lo, _ in edges), min(hi for _, hi in edges)
    los, his = np.full_like(instants, ALWAYS), instants
    for window in windows:
        lo, hi = bounds_at(window, instants)
        los, his = np.maximum(los, lo), np.minimum(his, hi)
    return los, his


def _after(before: _Events | None, some: _Events, step: Step) -> _Events:
    """Those of the events of a step that can be reached."""
    groups, others = _groups(before, some, step.linked)
    if step.linked:  # the events of a group stand together, in order of time
        order = np.lexsort((some.times, groups))
        some, groups = some.part(order), groups[order]
        if before is not None:
            order = np.lexsort((before.times, others))
            before, others = before.part(order), others[order]
    clock = _Clock(before, some, groups, others)
    keys = clock.keys(groups, some.times)
    met, needed = _counted(keys, groups, some.times, step.count)
    if before is not None:
        latest = clock.keys(groups, needed - step.least)
        place = clock.keys(others, before.times).searchsorted(latest, "right") - 1
        near = np.maximum(place, 0)
        met &= (place >= 0) & (others[near] == groups)
        if step.most < NEVER:
            met &= some.times - before.times[near] <= step.most
    reached = some.part(met)
    return reached.part(np.lexsort((reached.times, reached.asked))) if step.linked else reached


def _groups(before: _Events | None, some: _Events, linked: bool) -> tuple[Int64s, Int64s]:
    """Numbers of the profile, or of profile and value, for the events of a step and of the step before."""
    if before is None or not linked or before.values is None or some.values is None:
        return some.asked, np.empty(0, np.int64) if before is None else before.asked
    different, code = np.unique(np.concatenate([some.values, before.values]), return_inverse=True)
    number = np.concatenate([some.asked, before.asked]) * len(different) + code
    number = np.unique(number, return_inverse=True)[1]
    return number[: len(some)], number[len(some) :]


def _counted(keys: Int64s, groups: Int64s, times: Int64s, count: int) -> tuple[Bools, Int64s]:
    """Which events are at least the ``count``-th of their group, and the time of the first that is needed for it."""
    if count == 1:
        return np.ones(len(keys), np.bool_), times
    first = keys.searchsorted(keys, "right") - count
    near = np.maximum(first, 0)
    return (first >= 0) & (groups[near] == groups), times[near]


class _Clock:
    """Groups and times as single numbers that sort like both."""

    def __init__(self, before: _Events | None, some: _Events, groups: Int64s, others: Int64s) -> None:
        times = some.times if before is None else np.concatenate([some.times, before.times])
        self._start = int(times.min()) - 1
        self._span = int(times.max()) - self._start + 1
        most = max(int(groups.max(initial=0)), int(others.max(initial=0))) + 1
        #: Where that would not fit, times are numbered.
        self._times = np.unique(times) if most * self._span >= 2**62 else None

    def keys(self, groups: Int64s, times: Int64s) -> Int64s:
        """A time that lies before all others of its group comes between this group and the one before."""
        if self._times is not None:
            return groups * (len(self._times) + 1) + self._times.searchsorted(times, "right")
        return groups * self._span + np.maximum(times - self._start, 0)
