"""Calls become typed rows: many at once, column by column, against the schema of the workspace.

What comes out depends only on the records, the schema and the rules, so that after a crash the same journal gives the
same rows. Of every call exactly one thing happens: it is taken in (perhaps but for a value, which is set aside with its
reason), or it becomes a dead letter that holds all of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from parcours.core.facts import empty
from parcours.core.schema import Schema
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.inbox import KINDS
from parcours.flow.ingest.times import EARLIEST, LATEST
from parcours.flow.ingest.turning.events import by_type, events_of
from parcours.flow.ingest.turning.letters import LETTER_COLUMNS
from parcours.flow.ingest.turning.people import CHANGE_COLUMNS, changes, erasures, links
from parcours.flow.ingest.turning.portion import Portion, portion_of
from parcours.flow.ingest.turning.rules import Rules
from parcours.flow.ingest.turning.work import VIOLATION_COLUMNS, Work, whom


@dataclass(frozen=True, slots=True)
class Turned:
    """What calls became.

    Attributes:
        schema: the schema given, widened by all this.
        events: event type -> ``_event_id``, ``_profile_id``, ``_time``, typed properties, in order of arrival.
        replaced: the same, of events that take the place of those with the same id.
        profiles: profile changes with :data:`~parcours.flow.ingest.turning.people.CHANGE_COLUMNS`, in order of arrival.
        links: statements that two ids are one person, in order of arrival.
        erased: who is to be forgotten with all that came before: ``_profile_id``, ``_time``.
        letters: what was not taken in, with ``LETTER_COLUMNS``.
        violations: what was done against plans, with :data:`~parcours.flow.ingest.turning.work.VIOLATION_COLUMNS`.
    """

    schema: Schema
    events: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    replaced: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGE_COLUMNS))
    links: pl.DataFrame = field(default_factory=lambda: empty(KINDS["links"]))
    erased: pl.DataFrame = field(default_factory=lambda: empty(KINDS["erase"]))
    letters: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LETTER_COLUMNS))
    violations: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VIOLATION_COLUMNS))


def turned(records: Sequence[Record], schema: Schema, rules: Rules | None = None) -> Turned:
    """The rows that records hold.

    Args:
        records: in order of arrival.
        schema: what is known; known types hold, or are widened.
        rules: limits and plans.
    """
    with uncollected():
        return _turned(portion_of(records), schema, rules or Rules())


def turned_portion(portion: Portion, schema: Schema, rules: Rules) -> Turned:
    """The same of calls that were read already."""
    with uncollected():
        return _turned(portion, schema, rules)


def turned_in_any_case(portion: Portion, schema: Schema, rules: Rules) -> Iterator[Turned]:
    """:func:`turned_portion` in as few pieces as need be: should it fail, the calls at fault become dead letters.

    What is written down would come again at every start: no request may ever stop the others.
    """
    try:
        yield turned_portion(portion, schema, rules)
        return
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:  # panics of Polars are none of Exception
        problem = f"{type(error).__name__}: {error}"
    if len(portion) <= 1:
        yield _given_up(portion, schema, problem)
        return
    for half in portion.halves():
        for found in turned_in_any_case(half, schema, rules):
            schema = found.schema
            yield found


def _given_up(portion: Portion, schema: Schema, problem: str) -> Turned:
    work = Work(portion, schema, Rules())
    for origin, unread in portion.unread:
        work.letters.add_unread(portion.records[origin], unread)
    for place in range(len(portion)):
        hint = "mend the call and replay it; and tell the makers of Parcours of it"
        work.refuse(place, None, "not-convertible", problem, hint)
    return Turned(schema, letters=work.letters.frame())


def _turned(portion: Portion, schema: Schema, rules: Rules) -> Turned:
    work = Work(portion, schema.with_what_fits(rules.reserved), rules)
    for origin, unread in portion.unread:
        work.letters.add_unread(portion.records[origin], unread)
    lanes = _lanes(work)
    work.erased = {whom(work.calls[place]): place for place in lanes.get("delete", {}).get("", ())}
    events, replaced = _events(work, by_type(work, lanes))
    profiles, joined = changes(work, lanes), links(work, lanes)
    letters, violations = work.letters.frame(), work.violations()
    return Turned(work.schema, events, replaced, profiles, joined, erasures(work), letters, violations)


def _lanes(work: Work) -> dict[str, dict[str, list[int]]]:
    """The places of calls by kind and, of ``track``, by the name of the event."""
    lanes: dict[str, dict[str, list[int]]] = {}
    for place, call in enumerate(work.calls):
        if not (call.user or call.anonymous or call.kind == "group"):
            work.refuse(place, "user", "no-profile", "the call names nobody", "send a user id or an anonymous id")
        elif not EARLIEST <= call.time <= LATEST:
            reason = f"{call.time} microseconds since 1970 is not a time between 1900 and 2200"
            work.refuse(place, "time", "bad-time", reason, "check the clock and the unit of the time")
        else:
            event = call.event if call.kind == "track" else ""
            lanes.setdefault(call.kind, {}).setdefault(event, []).append(place)
    return lanes


def _events(work: Work, types: Mapping[str, list[int]]) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The events by type: new ones, and those that replace others."""
    events: dict[str, pl.DataFrame] = {}
    replaced: dict[str, pl.DataFrame] = {}
    again = work.portion.replacing
    for event, places in types.items():
        frame, kept = events_of(work, event, places)
        if again and not again.isdisjoint(kept):
            late = pl.Series([place in again for place in kept])
            replaced[event] = frame.filter(late)
            frame = frame.filter(~late)
        if frame.height:
            events[event] = frame
    return events, replaced


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles: a hundred thousand young dictionaries, none of which is part of a cycle, cost it
    as much time as everything else here."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
