"""Why somebody is in a segment or not: every part of the rule with the value seen, and when it changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from parcours.core.clock import as_datetime, instant
from parcours.core.errors import WorkspaceError
from parcours.flow.segments.schedules import Schedule
from parcours.language.check.names import PROFILE_ID
from parcours.language.explain import Explained, explain, next_change
from parcours.language.reference import Person, evaluate_row, holds
from parcours.language.scopes import conditions, earlier_steps
from parcours.language.sentences.writer import sentence
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Each,
    Events,
    Given,
    InWindow,
    Member,
    Membership,
    Node,
    Now,
    Sequence,
    children,
)
from parcours.service.reports import profile_number
from parcours.store.log import Log

_GROUPS = {"and": "all of these", "or": "any of these", "not": "not"}
#: Events shown per part; the number of all is told.
_SHOWN = 5
#: Evaluations of a batch segment that are looked ahead.
_RUNS = 400
#: A change after this day is none that anybody waits for; calendars end soon after it.
LAST_INSTANT = instant("9999-12-01")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rule.

    Attributes:
        text: the condition in words; for a group ``all of these``, ``any of these`` or ``not``.
        held: whether it was true.
        values: what it was decided on: text of the value's source -> the value. Empty for groups.
        events: the events that counted, each with ``_time`` as a ``datetime``, oldest first.
        parts: the parts of a group, or of the segment referred to.
    """

    text: str
    held: bool
    values: Mapping[str, object]
    events: tuple[Mapping[str, object], ...] = ()
    parts: tuple[Part, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The part as plain data."""
        shape: dict[str, object] = {"text": self.text, "held": self.held}
        if self.values:
            shape["values"] = dict(self.values)
        if self.events:
            shape["events"] = [dict(event) for event in self.events]
        if self.parts:
            shape["parts"] = [part.to_json() for part in self.parts]
        return shape


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to "why is this profile (not) in the segment".

    Attributes:
        segment: the segment; ``None`` when the question was about a rule.
        at: the instant it speaks of: that of the last tick.
        member: whether the rule holds then.
        since: when that began, ``None`` when it never was otherwise, or for a rule.
        next_change: when the answer turns by time alone if nothing happens; ``None``: never.
        rule: every part with what was seen.
        schedule: when a batch segment is evaluated; the rule is shown as it is now, whatever its last evaluation found.
    """

    segment: str | None
    profile: str
    at: datetime
    member: bool
    since: datetime | None
    next_change: datetime | None
    rule: Part
    schedule: str | None = None

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def to_json(self) -> dict[str, object]:
        """The explanation as plain data."""
        return {
            "segment": self.segment,
            "profile": self.profile,
            "at": self.at,
            "member": self.member,
            "since": self.since,
            "next_change": self.next_change,
            "rule": self.rule.to_json(),
            **({} if self.schedule is None else {"schedule": self.schedule}),
        }


def explanation(
    log: Log,
    rules: Mapping[str, Node],
    segment: str | None,
    profile: str,
    rule: Node | None = None,
    lang: str = "en",
    schedules: Mapping[str, Schedule] | None = None,
) -> Explanation:
    """Explain a published segment, or any rule, for one profile as of the last tick.

    Args:
        log: the log of the workspace.
        rules: the typed rules of all published segments.
        segment: one of them; or ``None``.
        profile: id of the profile.
        rule: the rule to explain where there is no segment.
        lang: language of the conditions in words.
        schedules: when batch segments are evaluated. Who is in these is what their last evaluation found.

    Raises:
        UnknownNameError: nobody has this id.
        WorkspaceError: ``nothing-yet``, there was no tick so far.
    """
    number = profile_number(log, profile)
    now = last_instant(log)
    batch = schedules or {}
    person = person_of(log, number, profile, {name: known for name, known in rules.items() if name not in batch})
    asked = rule if rule is not None else rules[segment or ""]
    found = explain(asked, person, now)
    schedule = None if segment is None else batch.get(segment)
    if segment is not None and schedule is not None:
        member = person.segments(segment)
        turn = _next_run(asked, person, now, schedule, member)
    else:
        member, turn = found.held is True, next_change(asked, person, now, until=LAST_INSTANT)
    own = log.qualifications_of(number).filter(pl.col("segment").eq_missing(segment))
    return Explanation(
        segment=segment,
        profile=profile,
        at=as_datetime(now),
        member=member,
        since=own["effective"][-1] if own.height else None,
        next_change=None if turn is None else as_datetime(turn),
        rule=_part(found, lang, now),
        schedule=None if schedule is None else str(schedule),
    )


def _next_run(rule: Node, person: Person, now: int, schedule: Schedule, member: bool) -> int | None:
    """The next evaluation of a batch segment that turns the membership, of those within a year or so."""
    moment = now
    for _ in range(_RUNS):
        moment = schedule.next_after(moment)
        if holds(rule, person, moment) != member:
            return moment
    return None


def last_instant(log: Log) -> int:
    """The instant of the last tick.

    Raises:
        WorkspaceError: there was none so far.
    """
    last = log.last_tick()
    if last is None:
        raise WorkspaceError(
            "nothing has been evaluated so far",
            code="nothing-yet",
            hint="parcours replay takes in what was imported, tick by tick; parcours run does so live",
        )
    return last[1]


def person_of(log: Log, number: int, profile: str, rules: Mapping[str, Node]) -> Person:
    """All that is known of one profile, for the reference evaluator: its number in the log, its id."""
    attributes = log.attributes(profiles=[number]).drop("_profile").to_dicts()
    held = set(log.query(f"SELECT segment FROM members WHERE _profile = {number}")["segment"])
    return Person(
        attributes={**(attributes[0] if attributes else {}), PROFILE_ID: profile},
        events=log.profile_events(number),
        segments=held.__contains__,
        rules=rules,
        been=set(log.qualifications_of(number)["segment"]).__contains__,
    )


# --- from what the language explains to what people read -------------------------------------------------


def _part(found: Explained, lang: str, now: int) -> Part:
    node, held = found.node, found.held is True
    if isinstance(node, Call) and node.function in _GROUPS:
        return Part(_GROUPS[node.function], held, {}, parts=tuple(_part(part, lang, now) for part in found.parts))
    if isinstance(node, Member):
        return Part(sentence(node, lang), held, {}, parts=tuple(_part(part, lang, now) for part in found.parts))
    leaves = list(_leaves(found, now))
    events = {id(event): event for leaf in leaves for event in _events(leaf)}
    values = {_source(leaf.node): leaf.value for leaf in leaves if not isinstance(leaf.node, Events | Each)}
    return Part(sentence(node, lang), held, values, tuple(_shown(event) for event in events.values()))


def _events(leaf: Explained) -> Iterable[Mapping[str, Any]]:
    """The events that a value was made of; of a list of whole events those in it."""
    if not isinstance(leaf.node, Events | Each):
        return leaf.events
    found = leaf.value if isinstance(leaf.value, list) else []
    return [event for event in found if isinstance(event, Mapping) and "timestamp" in event]


def _leaves(found: Explained, now: int) -> Iterator[Explained]:
    """The parts whose values were read from the profile, or from the run of a journey."""
    if isinstance(found.node, Aggregate | Attribute | Given | InWindow | Membership | Events | Now):
        yield found
        return
    if isinstance(found.node, Each) and found.node.kind in ("filter", "ascending", "descending"):
        yield found
        return
    if isinstance(found.node, Sequence):
        for part in _leaves(found.parts[0], now):
            yield replace(part, value=_in_question(found.node, part.value, now))
        return
    for part in found.parts:
        yield from _leaves(part, now)


def _in_question(node: Sequence, elements: Any, now: int) -> Any:
    """The elements that meet what some step of a sequence asks of them alone."""
    if not isinstance(elements, list):
        return elements
    asked = [
        (position, [part for part in conditions(step) if not earlier_steps(part, position)])
        for position, step in enumerate(node.steps)
    ]
    return [
        element
        for element in elements
        if any(
            all(evaluate_row(part, (element, *(None,) * position), now) is True for part in parts)
            for position, parts in asked
        )
    ]


def _source(node: Node) -> str:
    """Where a value was read, in a few words."""
    match node:
        case Attribute(path=path) | Given(path=path):
            return ".".join(path)
        case InWindow(value=value):
            return _source(value)
        case Now():
            return "now"
        case Membership(segment=segment):
            return f"status in {segment}"
        case Aggregate(kind=kind, event=event, value=value):
            return f"{kind} of {event}" if value is None else f"{kind} of {event} {_fields(value)}"
        case _:
            return " ".join(filter(None, (_source(part) for part in children(node)))) or "value"


def _fields(node: Node) -> str:
    path = getattr(node, "path", None)
    if path is not None:
        return ".".join(path)
    return " ".join(filter(None, (_fields(part) for part in children(node))))


def _shown(event: Mapping[str, Any]) -> dict[str, object]:
    if "_time" in event:
        return {**event, "_time": as_datetime(int(event["_time"]))}
    return {"_time": event["timestamp"], **{name: value for name, value in event.items() if name != "timestamp"}}


def _lines(found: Explanation) -> Iterator[str]:
    if found.segment is None:
        yield f"the rule {'holds' if found.member else 'does not hold'} for {found.profile} at {_moment(found.at)}"
    else:
        verdict = "is in" if found.member else "is not in"
        yield f"{found.profile} {verdict} {found.segment} at {_moment(found.at)}"
    if found.since is not None:
        yield f"  {'since' if found.member else 'left at'} {_moment(found.since)}"
    if found.next_change is not None:
        yield f"  if nothing happens, this changes at {_moment(found.next_change)}"
    else:
        yield "  time alone will not change this"
    if found.schedule is not None:
        yield f"  evaluated by schedule: {found.schedule}; below the rule as it is now"
    yield ""
    yield from _part_lines(found.rule, "")


def _part_lines(part: Part, indent: str) -> Iterator[str]:
    yield f"{indent}{'✓' if part.held else '✗'} {part.text}"
    for source, value in part.values.items():
        yield f"{indent}    {source} = {_value(value)}"
    for event in part.events[-_SHOWN:]:
        flat = ", ".join(
            f"{name}={_value(value)}"
            for name, value in event.items()
            if not name.startswith("_") and value is not None and not isinstance(value, list | dict)
        )
        yield f"{indent}      {_moment(event['_time'])}  {flat}"
    if len(part.events) > _SHOWN:
        yield f"{indent}      and {len(part.events) - _SHOWN} more"
    for inner in part.parts:
        yield from _part_lines(inner, indent + "  ")


def _moment(moment: object) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00") + " UTC" if isinstance(moment, datetime) else ""


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return _moment(value) if isinstance(value, datetime) else str(value)
