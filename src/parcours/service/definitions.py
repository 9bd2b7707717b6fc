"""Definitions between the catalogue and the tick: their stored form, and what the tick has yet to be told.

The body of a definition in the catalogue is ``{"source": …, "trees": {…}}``: what the author wrote, and the
typed rules it was checked as, by their places. The tick gets the trees, so nothing is checked again, and a
restart with a wider schema evaluates exactly what was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast
from weakref import WeakKeyDictionary

from parcours.core.facts import DefinitionChange
from parcours.engines.state import State as Live
from parcours.flow.delivery.configured import KINDS as CALLED
from parcours.flow.journeys.activities.base import SegmentListener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.segments.definitions import dependency_order
from parcours.flow.segments.schedules import Schedule
from parcours.language.method import Method, evaluation_method
from parcours.language.tree import Node, members
from parcours.language.tree_json import from_json, to_json
from parcours.store.catalogue import Catalogue, Control, Definition, State

Body = dict[str, object]
#: In these statuses of a version somebody may be inside, or may enter, so what it refers to has to stay.
ACTIVE: frozenset[str] = frozenset({"live", "paused", "closed", "draft_test", "dry_run"})
#: Whoever published journeys before there were controls.
MIGRATION = "migration"

#: Rule and schedule of a segment.
_Read: TypeAlias = tuple[Node, Schedule | None]
#: Those of published segments by id and version, as they were read last.
_read: WeakKeyDictionary[Catalogue, dict[tuple[str, int], _Read]] = WeakKeyDictionary()


def segment_body(source: Mapping[str, object], rule: Node) -> Body:
    """The stored form of a segment."""
    return _plain({"source": source, "trees": {"rule": to_json(rule)}})


def journey_body(journey: JourneyDefinition) -> Body:
    """The stored form of a journey."""
    shape = journey.to_json()
    return _plain({"source": shape["body"], "trees": shape["rules"]})


def called_body(shape: Mapping[str, object]) -> Body:
    """The stored form of a custom action, a data source or an endpoint."""
    return _plain({"source": shape, "trees": {}})


def rule_set_body(shape: Mapping[str, object]) -> Body:
    """The stored form of a rule set."""
    return _plain({"source": shape, "trees": {}})


def called_in(catalogue: Catalogue) -> list[Mapping[str, object]]:
    """The published custom actions, data sources and endpoints, as they were written."""
    published = (definition for kind in CALLED for definition in catalogue.published(kind))
    return [cast(Mapping[str, object], definition.body["source"]) for definition in published]


def named(shape: Mapping[str, object]) -> tuple[str, str]:
    """Kind and id of a custom action, a data source or an endpoint."""
    kind = next(kind for kind in CALLED if kind in shape)
    return kind, str(shape[kind])


def name_of(shape: Mapping[str, object]) -> str:
    """Its name for people: the id where it has none."""
    return str(shape.get("name") or named(shape)[1])


def _plain(body: Body) -> Body:
    """As it will be read back, so that equal bodies compare equal."""
    found: Body = json.loads(json.dumps(body))
    return found


def rule_of(definition: Definition) -> Node:
    """The typed rule of a stored segment."""
    return rule_in(definition.body)


def rule_in(body: Mapping[str, Any]) -> Node:
    """The typed rule in the stored form of a segment."""
    return from_json(body["trees"]["rule"])


def method_in(body: Mapping[str, Any], language: str = "en") -> Method:
    """How a segment is kept up to date, from its stored form; the reasons in ``language``."""
    schedule = schedule_in(body)
    return evaluation_method(rule_in(body), schedule=None if schedule is None else str(schedule), language=language)


def schedule_in(body: Mapping[str, Any]) -> Schedule | None:
    """When a batch segment is evaluated, from its stored form; ``None``: it is none."""
    evaluation = body["source"].get("evaluation")
    return None if evaluation is None else Schedule.from_json(evaluation)


def schedules_of_segments(catalogue: Catalogue) -> dict[str, Schedule]:
    """When each published batch segment is evaluated."""
    return {name: schedule for name, (_, schedule) in _published(catalogue).items() if schedule is not None}


def rules_of_segments(catalogue: Catalogue) -> dict[str, Node]:
    """The typed rules of all published segments."""
    return {name: rule for name, (rule, _) in _published(catalogue).items()}


def _published(catalogue: Catalogue) -> dict[str, _Read]:
    """Rule and schedule of each published segment. Every version is read once: versions of segments never change."""
    heads = [head for head in catalogue.heads("segment") if head.state is State.PUBLISHED]
    wanted = [(head.id, head.published_version or head.version) for head in heads]
    known = _read.get(catalogue, {})
    if not known.keys() >= set(wanted):
        stored = {(item.id, item.version): item for item in catalogue.published("segment")}
        new = {place: (rule_of(item), schedule_in(item.body)) for place, item in stored.items() if place not in known}
        known = {**known, **new}
    _read[catalogue] = found = {place: known[place] for place in wanted if place in known}
    return {id: read for (id, _), read in found.items()}


def journey_of(definition: Definition) -> JourneyDefinition:
    """A stored journey."""
    return JourneyDefinition.from_json(_journey_shape(definition))


def body_of_journey(catalogue: Catalogue, journey: str, version: int) -> Body:
    """A version of a journey as the tick gets it.

    Raises:
        UnknownNameError: there is no such journey or version.
    """
    return _journey_shape(catalogue.get("journey", journey, version))


def users_of(segment: str, catalogue: Catalogue) -> list[str]:
    """The definitions in use that refer to a segment, in words: ``segment 'gold'``, ``journey 'welcome'``."""
    segments = [definition for definition in catalogue.published("segment") if segment in referred(definition)]
    journeys = {definition.id for definition in _active_journeys(catalogue) if segment in referred(definition)}
    return [*(f"journey {id_!r}" for id_ in sorted(journeys)), *(f"segment {item.id!r}" for item in segments)]


def _active_journeys(catalogue: Catalogue) -> Iterator[Definition]:
    """Every version of a journey in which somebody may be inside."""
    for id_, statuses in catalogue.statuses("journey").items():
        for number, status in statuses.items():
            if status in ACTIVE:
                yield catalogue.get("journey", id_, number)


def referred(definition: Definition) -> set[str]:
    """The segments that a stored definition refers to."""
    if definition.kind == "journey":
        return referred_by(journey_of(definition))
    return {name for tree in _trees(definition).values() for name in members(from_json(tree))}


def referred_by(journey: JourneyDefinition) -> set[str]:
    """The segments that a journey refers to."""
    named = {name for rule in journey.rules.values() for name in members(rule)}
    heard = (listener.segment for _, listener in journey.listeners() if isinstance(listener, SegmentListener))
    exits = (segment for _, segment, _ in journey.exits() if segment is not None)
    return named.union(journey.entry.segments, heard, exits)


def outstanding(catalogue: Catalogue, state: Live) -> list[DefinitionChange]:
    """What the next tick has to be told, so that it evaluates what the catalogue says.

    Segments that are stopped come first, then segments in order of dependency, then controls in order of their numbers.
    """
    segments = {definition.id: definition for definition in catalogue.published("segment")}
    order = dependency_order({name: rule_of(definition) for name, definition in segments.items()})
    return [
        *_stopped_segments(segments, state),
        *(change for name in order if (change := _segment_change(segments[name], state)) is not None),
        *(_as_told(control, state) for control in outstanding_controls(catalogue, state)),
    ]


def outstanding_controls(catalogue: Catalogue, state: Live) -> list[Control]:
    """The controls that no tick has taken in, in order of their numbers."""
    found: list[Control] = []
    for (kind, id_), number in catalogue.last_controls().items():
        taken = state.controls.get((kind, id_), 0)
        if number > taken:
            found.extend(catalogue.controls(kind, id_, after=taken))
    return sorted(found, key=lambda control: control.number)


def _as_told(control: Control, state: Live) -> DefinitionChange:
    """The change of a control. What was published before there were controls may be there already."""
    if control.by == MIGRATION:
        journey = state.journeys.journeys.get(control.id)
        if journey is not None and journey.version(control.version) is not None:
            return DefinitionChange(control.kind, control.id, control.version, "known", {"control": control.number})
    return control.change


def _stopped_segments(published: Mapping[str, Definition], state: Live) -> list[DefinitionChange]:
    """Those that refer to others before those they refer to."""
    gone = [(name, item.version) for name, item in state.segments.published.items() if name not in published]
    return [DefinitionChange("segment", name, version, "stop") for name, version in reversed(gone)]


def _segment_change(definition: Definition, state: Live) -> DefinitionChange | None:
    known = state.segments.published.get(definition.id)
    if known is not None and known.version == definition.version:
        return None
    body = {"name": definition.name, "rule": _trees(definition)["rule"]}
    evaluation = _source(definition).get("evaluation")
    if evaluation is not None:
        body["evaluation"] = evaluation
    return DefinitionChange("segment", definition.id, definition.version, "publish", body)


def _journey_shape(definition: Definition) -> Body:
    return {"version": definition.version, "body": definition.body["source"], "rules": _trees(definition)}


def _source(definition: Definition) -> Mapping[str, Any]:
    source = definition.body["source"]
    assert isinstance(source, Mapping)
    return source


def _trees(definition: Definition) -> Mapping[str, Any]:
    trees = definition.body["trees"]
    assert isinstance(trees, Mapping)
    return trees
