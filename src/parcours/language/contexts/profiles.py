"""Contexts of rules about a profile: its attributes, its events, further parameters of a PQL query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parcours.core.errors import InputError
from parcours.core.schema import DATE_TIME, STRING, Schema, Type, object_of
from parcours.language.contexts import shapes
from parcours.language.contexts.given import Context, checked, now_of, part, segments_of
from parcours.language.pql.scope import PqlScope
from parcours.language.reference import Person, as_instant

_PARTS = ("profile", "params", "events", "segments", "now")
_EVENT = object_of({"eventType": STRING, "timestamp": DATE_TIME})


def event_type(events: Sequence[Any]) -> Type:
    """The type of an event: what the events of the context have, with the time as an instant."""
    found = shapes.element(events)
    fields = {name: kind for name, kind in found.fields if name != "timestamp"}
    return shapes.merged(object_of(fields), _EVENT)


def pql_context(context: object) -> Context[PqlScope]:
    """The context of a PQL query.

    Args:
        context: an object with any of ``profile``, ``params``, ``events`` (each with ``eventType`` and ``timestamp``),
            ``segments`` and ``now``. Types are inferred from the values.

    Raises:
        InputError: it is not of this form (code ``bad-context``).
    """
    given = checked(context, _PARTS)
    profile, params, events = part(given, "profile", dict), part(given, "params", list), _events(given)
    own, *kinds = (shapes.settled(shapes.inferred(value), [value]) for value in (profile, *params))
    event = shapes.settled(event_type(events), events)
    held = segments_of(given)
    values = zip(params, kinds, strict=True)
    person = Person(
        attributes=shapes.converted(profile, own),
        history=[shapes.converted(one, event) for one in events],
        segments=lambda name: held.get(name, False),
        been=held.__contains__,
        given={"parameter": {f"{at}": shapes.converted(value, kind) for at, (value, kind) in enumerate(values, 2)}},
    )
    return Context(PqlScope(profile=own, events=event, params=kinds), person, now_of(given))


def profile_context(context: object) -> Context[Schema]:
    """The context of a rule tree or of filter expressions: a profile and its events by type.

    Raises:
        InputError: it is not of the form of :func:`pql_context`, or an event has no type or no time.
    """
    given = checked(context, _PARTS)
    profile, events = part(given, "profile", dict), _events(given)
    kinds: dict[str, list[Any]] = {}
    for number, event in enumerate(events):
        for name in ("eventType", "timestamp"):
            if not isinstance(event.get(name), str):
                raise InputError(f"an event needs its {name}", code="bad-context", where=f"events[{number}]")
        kinds.setdefault(event["eventType"], []).append(event)
    types = {name: event_type(some) for name, some in kinds.items()}
    held = segments_of(given)
    person = Person(
        attributes=shapes.converted(profile, shapes.inferred(profile)),
        events={name: [_row(event, types[name]) for event in some] for name, some in kinds.items()},
        segments=lambda name: held.get(name, False),
        been=held.__contains__,
    )
    own = ("eventType", "timestamp")
    schema = Schema(
        dict(shapes.inferred(profile).fields),
        {name: {field: kind for field, kind in type_.fields if field not in own} for name, type_ in types.items()},
    )
    return Context(schema, person, now_of(given))


def _events(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = part(given, "events", list)
    for number, event in enumerate(events):
        part({f"events[{number}]": event}, f"events[{number}]", dict)
    return events


def _row(event: Mapping[str, Any], type_: Type) -> dict[str, Any]:
    row: dict[str, Any] = shapes.converted(event, type_)
    moment = row.pop("timestamp")
    if moment is None:
        raise InputError(f"{event['timestamp']!r} is no instant", code="bad-context", where="timestamp")
    return {**row, "_time": as_instant(moment)}
