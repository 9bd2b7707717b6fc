"""Calls that say that something happened become events: typed frames, one an event type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

import polars as pl

from parcours.core.facts import INSTANT
from parcours.flow.ingest.calls import Call
from parcours.flow.ingest.turning.names import Spelling, event_name
from parcours.flow.ingest.turning.shapes import Decoded, decoded, with_context
from parcours.flow.ingest.turning.work import Work, whom

#: The kinds of calls that become events.
HAPPENINGS = ("track", "page", "screen", "group")
_PAGES = ("page", "screen")
#: Places of calls by kind and, of ``track``, by the name of the event.
Lanes: TypeAlias = Mapping[str, Mapping[str, list[int]]]


def by_type(work: Work, lanes: Lanes) -> dict[str, list[int]]:
    """The places of events by their type, in order of arrival; new types as far as there may be more."""
    spelling = Spelling(work.schema.events, event_name)
    types, plans = set(work.schema.events), work.rules.plans
    found: dict[str, list[list[int]]] = {}
    happened = [(kind, name, places) for kind in HAPPENINGS for name, places in lanes.get(kind, {}).items()]
    for kind, name, places in sorted(happened, key=lambda lane: lane[2][0]):
        event = spelling.of(name if kind == "track" else kind)
        if kind == "track" and not name.strip():
            _refuse(work, places, "no-event", "the call names no event", "send the name of the event")
        elif kind == "track" and not work.rules.unplanned and event not in plans:
            _refuse_unplanned(work, event, places)
        elif event not in types and len(types) >= work.rules.event_types:
            reason = f"{event!r} would be one event type too many; there are {len(types):,}"
            hint = "send what differs as a property, or raise intake.event_types; then replay the dead letters"
            _refuse(work, places, "too-many-event-types", reason, hint)
        else:
            types.add(event)
            found.setdefault(event, []).append(places)
    return {event: sorted(chain(*parts)) if len(parts) > 1 else parts[0] for event, parts in found.items()}


def _refuse(work: Work, places: Sequence[int], code: str, reason: str, hint: str) -> None:
    for place in places:
        work.refuse(place, "event", code, reason, hint)


def _refuse_unplanned(work: Work, event: str, places: Sequence[int]) -> None:
    for place in places:
        work.violated(place, event, "", "unplanned", rejected=True)
    hint = "make a tracking plan for it, or allow events without a plan; then replay the dead letters"
    _refuse(work, places, "unplanned-event", f"there is no tracking plan for {event!r}", hint)


def events_of(work: Work, event: str, places: list[int]) -> tuple[pl.DataFrame, list[int]]:
    """The rows of one event type, in order of arrival, and the places of their calls."""
    places, objects = work.objects(work.not_erased(places), "properties")
    calls = work.calls
    objects = [_with_own(calls[place], held) for place, held in zip(places, objects, strict=True)]
    places, objects = work.planned(event, places, objects)
    if not places:
        return pl.DataFrame(), []
    known = work.schema.events.get(event, {})
    columns, misfits, _ = work.columns(objects, known)
    types = {name: part.type for name, part in columns.items()}
    if event not in work.schema.events or any(known.get(name) != kind for name, kind in types.items()):
        work.schema = work.schema.with_event(event, types)
    for bad in misfits:
        work.set_aside(places[bad.row], bad)
    ids = [calls[place].id for place in places]
    if not all(ids):
        ids = [work.portion.id(place) for place in places]
    head = [
        pl.Series("_event_id", ids, pl.String),
        pl.Series("_profile_id", [whom(calls[place]) or None for place in places], pl.String),  # of a group: nobody
        pl.Series("_time", [calls[place].time for place in places], pl.Int64).cast(INSTANT),
    ]
    return pl.DataFrame([*head, *(part.values.alias(name) for name, part in columns.items())]), places


def _with_own(call: Call, properties: Decoded) -> Decoded:
    """The properties with what the call says beside them; what stands in the properties counts."""
    if len(call.context) > 2:
        properties = with_context(call, properties, call.kind in _PAGES)
    if call.kind == "track":
        return properties
    own: dict[str, Any] = {"name": call.event} if call.kind in _PAGES and call.event else {}
    if call.kind == "group":
        own = {"group_id": call.event, "traits": _traits(call)}
    return {**own, **(properties or {})} if own else properties


def _traits(call: Call) -> Decoded:
    try:
        return decoded([call.traits])[0]
    except ValueError:
        return None
