"""Journey definitions: from plain data to a checked, typed, frozen form.

The plain form (one YAML document)::

    journey: win-back
    name: Win back
    entry: {segment: lapsing, on: enter}        # enter | exit | both
    reentry: {allowed: true, wait: 30 days}
    start: check
    activities:
      check: {type: condition, paths: [{label: big, when: RULE, to: offer}], otherwise: done}
      offer: {type: email, to: "{{ profile.email }}", subject: …, body: …, then: done}
      done:  {type: end}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.core.schema import NULL, Schema, Type, widest
from parcours.flow.journeys.activities.base import EventListener, Names
from parcours.flow.journeys.definitions.definition import JourneyDefinition, activity_rules, settings_rules
from parcours.flow.journeys.definitions.form import Form, read_form, refusal
from parcours.flow.journeys.definitions.namespaces import Namespaces, namespace_problems
from parcours.flow.journeys.definitions.ordering import left_to_right
from parcours.flow.journeys.definitions.parts import Head
from parcours.flow.journeys.definitions.plain import plain_body
from parcours.flow.journeys.definitions.scope import Scopes
from parcours.flow.journeys.graph_rules import graph_problems
from parcours.flow.journeys.pressure.rule_sets import unknown_rule_sets
from parcours.flow.journeys.problems import missing_setting, unknown_segment
from parcours.flow.journeys.rules import LanguageRules
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class Around:
    """What there is around a journey. ``None`` says that it is not known, and what depends on it is not checked.

    Attributes:
        schema: the attributes and event types that exist.
        segments: ids of the published segments.
        namespaces: the identity type of each event type; events that are not named have that of the journey. ``None``:
            the workspace knows no identity types.
        actions, sources: the configured custom actions and data sources, by name the type of their answers.
        rule_sets: names of the rule sets that exist.
        journeys: ids of the journeys that can be named.
    """

    schema: Schema
    segments: Collection[str]
    namespaces: Namespaces | None = None
    actions: Mapping[str, Type] | None = None
    sources: Mapping[str, Type] | None = None
    rule_sets: Collection[str] | None = None
    journeys: Collection[str] | None = None


def read_journey(
    body: Mapping[Any, object],
    schema: Schema,
    segments: Collection[str],
    version: int = 1,
    *,
    namespaces: Namespaces | None = None,
    actions: Mapping[str, Type] | None = None,
    sources: Mapping[str, Type] | None = None,
    rule_sets: Collection[str] | None = None,
    journeys: Collection[str] | None = None,
) -> JourneyDefinition:
    """The definition that ``body`` writes.

    Args:
        body: plain data as above.
        schema: the attributes and event types that exist.
        segments: ids of the published segments.
        version: number of this version, from 1.
        namespaces, actions, sources, rule_sets, journeys: as in :class:`Around`.

    Raises:
        DefinitionError: it cannot be accepted; ``problems`` holds every problem with its place, those of the whole
            journey first, then those of activities from left to right.
    """
    around = Around(schema, segments, namespaces, actions, sources, rule_sets, journeys)
    problems: list[ParcoursError] = []
    plain = plain_body(body)
    form = read_form(plain, problems)
    if form is None:
        raise refusal(plain, problems)
    trees = _trees(form, around, problems)
    problems.extend(_unknown_names(form.head, around))
    problems.extend(_activity_problems(form, around))
    if form.complete:
        found = [*graph_problems(form.head.beginnings, form.activities, form.head.entry.heard_as)]
        said = {problem.where for problem in found}
        problems = [problem for problem in problems if problem.where not in said] + found
        if around.namespaces is not None:
            problems.extend(namespace_problems(form, trees, around.namespaces))
    if problems:
        raise refusal(plain, left_to_right(problems, form))
    return JourneyDefinition.of(form, trees, plain, version)


def _trees(form: Form, around: Around, problems: list[ParcoursError]) -> dict[str, Node]:
    scopes = Scopes(form, around.schema, around.actions, around.sources)
    written = [(place, rule, scopes.entry) for place, rule in settings_rules(form.head).items()]
    for name, activity in form.activities.items():
        scope = scopes.at(name)
        written += [(place, rule, scope) for place, rule in activity_rules({name: activity}).items()]
    trees = {}
    for place, rule, scope in written:
        try:
            tree = LanguageRules(around.schema, around.segments, scope).parse(rule, place)
        except DefinitionError as error:
            problems.extend(error.problems or (error,))
            continue
        if tree is not None:
            trees[place] = tree
    return trees


def _unknown_names(head: Head, around: Around) -> Iterator[ParcoursError]:
    entry = head.entry
    for setting, name in (("entry.segment", entry.segment), ("entry.read", entry.read), *_exit_names(head, "segment")):
        if name == "":
            yield missing_setting(setting)
        elif name is not None and name not in around.segments:
            yield unknown_segment(setting, name, around.segments)
    goal = () if head.goal is None else (("goal.event", head.goal.event),)
    events = (("entry.event", entry.event), ("entry.business_event", entry.business_event))
    for setting, name in (*events, *_exit_names(head, "event"), *goal):
        if name == "":
            yield missing_setting(setting)
        elif name is not None and name not in around.schema.events:
            yield _unknown_event(setting, name, around.schema)
    yield from _unknown_supplemental(head, around.schema)
    if around.rule_sets is not None:
        yield from unknown_rule_sets(head.rule_sets, around.rule_sets, "rule_sets")


def _exit_names(head: Head, setting: str) -> Iterator[tuple[str, str | None]]:
    for index, rule in enumerate(head.exit_when):
        yield f"exit_when[{index}].{setting}", getattr(rule, setting)


def _unknown_event(where: str, name: str, schema: Schema) -> UnknownNameError:
    hint = nearest(name, schema.events) or "import some of these events first"
    return UnknownNameError(f"there is no event type {name!r}", where=where, hint=hint)


def _unknown_supplemental(head: Head, schema: Schema) -> Iterator[ParcoursError]:
    name, trigger = head.entry.supplemental, head.entry.trigger
    if name is None or trigger is None or trigger not in schema.events:
        return
    if name not in schema.events[trigger]:
        hint = nearest(name, schema.events[trigger])
        yield UnknownNameError(f"{trigger!r} has no property {name!r}", where="entry.supplemental", hint=hint)


def _activity_problems(form: Form, around: Around) -> Iterator[ParcoursError]:
    names = Names(
        schema=around.schema,
        heard=_heard(form, around.schema),
        activities=form.activities,
        segments=frozenset(around.segments),
        actions=around.actions,
        sources=around.sources,
        journeys=None if around.journeys is None else frozenset(around.journeys),
        rule_sets=None if around.rule_sets is None else frozenset(around.rule_sets),
    )
    for name, activity in form.activities.items():
        for problem in activity.check(names):
            problem.where = f"activities.{name}.{problem.where}"
            yield problem


def _heard(form: Form, schema: Schema) -> dict[str, Type] | None:
    """The properties of all events that the journey hears, ``None`` if one of these is not known.

    Of properties with types that do not go together the first one stands.
    """
    if not form.complete:
        return None
    heard: dict[str, Type] = {}
    listeners = (heard for activity in form.activities.values() for heard in activity.listens())
    waited = [listener.event for listener in listeners if isinstance(listener, EventListener)]
    trigger = form.head.entry.trigger
    for event in [*([] if trigger is None else [trigger]), *waited]:
        if event not in schema.events:
            return None
        for name, type_ in schema.events[event].items():
            heard[name] = widest(heard.get(name, NULL), type_) or heard[name]
    return heard
