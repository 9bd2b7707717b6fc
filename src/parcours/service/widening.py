"""Names that journeys bring into being: attributes that they set, lists, events that they send or begin with.

A journey may set an attribute that nobody has, and send events of a type that nobody sent. They exist from its
publication on, with the types of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from parcours.core.errors import DefinitionError
from parcours.core.schema import ANY, NULL, STRING, Kind, Schema, Type, list_of, object_of
from parcours.flow.journeys.activities.listing import LISTS
from parcours.flow.journeys.activities.values import holds_expressions, type_of_parts
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.language.contexts.shapes import inferred, named

#: Attribute or event property: ``("", attribute)`` or ``(event, property)``, the place of its value, and the value.
Named = tuple[str, str, str, object]
Read = Callable[[Schema], JourneyDefinition]


def widened(shape: Mapping[str, Any], schema: Schema, read: Read) -> Schema:
    """The schema with the names that the journey in ``shape`` brings; ``read`` reads it against a schema.

    Raises:
        InputError: a new name differs from a known one in upper and lower case only.
    """
    new = list(_new(shape, schema))
    activities = [one for one in _activities(shape).values() if one.get("type") in ("add_to_list", "remove_from_list")]
    types: dict[tuple[str, str], Type] = {}
    if activities and LISTS not in schema.attributes:
        types["", LISTS] = list_of(STRING)
    for event, name, _, value in new:
        if not holds_expressions(value):
            types[event, name] = _constant(value)
    written = [named for named in new if holds_expressions(named[3])]
    if written:
        types |= _of_expressions(written, _joined(schema, {**dict.fromkeys(_names(written), ANY), **types}), read)
    types |= _about_nobody(shape, schema)
    found = _declared(schema, types)
    begins = _business_event(shape)
    if begins is not None and begins not in found.events:
        found = found.with_event(begins, {})
    for activity in _activities(shape).values():
        sent = activity.get("event")
        if activity.get("type") == "send_event" and isinstance(sent, str) and sent not in found.events:
            found = found.with_event(sent, {})
    return found


def _business_event(shape: Mapping[str, Any]) -> str | None:
    """The type of the events about nobody that the journey begins with."""
    entry = shape.get("entry")
    event = entry.get("business_event") if isinstance(entry, Mapping) else None
    return event if isinstance(event, str) else None


def _about_nobody(shape: Mapping[str, Any], schema: Schema) -> dict[tuple[str, str], Type]:
    """The properties that it says such an event has, and that are new."""
    event = _business_event(shape)
    said = shape["entry"].get("properties") if event is not None else None
    if event is None or not isinstance(said, Mapping):
        return {}
    known = schema.events.get(event, {})
    return {(event, str(name)): named(str(kind)) for name, kind in said.items() if name not in known}


def _names(new: list[Named]) -> list[tuple[str, str]]:
    return [(event, name) for event, name, _, _ in new]


def _new(shape: Mapping[str, Any], schema: Schema) -> Iterator[Named]:
    for id_, activity in _activities(shape).items():
        values = activity.get("values")
        if not isinstance(values, Mapping):
            continue
        for name, value in values.items():
            place = f"activities.{id_}.values.{name}"
            if activity.get("type") == "update_profile" and name not in schema.attributes:
                yield "", str(name), place, value
            event = activity.get("event")
            if activity.get("type") == "send_event" and name not in schema.events.get(str(event), {}):
                yield str(event), str(name), place, value


def _activities(shape: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = shape.get("activities")
    found = found if isinstance(found, Mapping) else {}
    return {str(id_): activity for id_, activity in found.items() if isinstance(activity, Mapping)}


def _constant(value: object) -> Type:
    kind = inferred(value)
    return STRING if kind == NULL else kind


def _of_expressions(written: list[Named], schema: Schema, read: Read) -> dict[tuple[str, str], Type]:
    """The types of expressions, from the journey read as if what it sets could hold anything."""
    try:
        rules = read(schema).rules
    except DefinitionError:
        return dict.fromkeys(_names(written), STRING)  # it is refused anyway

    def type_of(place: str) -> Type:
        return rules[place].type if place in rules else STRING

    return {(event, name): _settled(type_of_parts(place, value, type_of)) for event, name, place, value in written}


def _settled(type_: Type) -> Type:
    """The type with texts for parts of which only null was seen."""
    if type_.kind is Kind.OBJECT:
        return object_of({name: _settled(kind) for name, kind in type_.fields})
    if type_.kind is Kind.LIST and type_.element is not None:
        return list_of(_settled(type_.element))
    return STRING if type_ == NULL else type_


def _joined(schema: Schema, types: Mapping[tuple[str, str], Type]) -> Schema:
    """The schema with these types as they are."""
    attributes = {**schema.attributes, **{name: kind for (event, name), kind in types.items() if not event}}
    events = dict(schema.events)
    for (event, name), kind in types.items():
        if event:
            events[event] = {**events.get(event, {}), name: kind}
    return replace(schema, attributes=attributes, events=events)


def _declared(schema: Schema, types: Mapping[tuple[str, str], Type]) -> Schema:
    for (event, name), kind in types.items():
        schema = schema.with_event(event, {name: kind}) if event else schema.with_attributes({name: kind})
    return schema
