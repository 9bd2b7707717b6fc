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

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from parcours.core.clock import duration
from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.ids import checked_name
from parcours.core.schema import NULL, Schema, Type, widest
from parcours.flow.journeys.activities import Activity, kinds
from parcours.flow.journeys.activities.base import Names
from parcours.flow.journeys.graph import graph_problems, in_order
from parcours.flow.journeys.problems import (
    duration_problem,
    missing_setting,
    unknown_kind,
    unknown_segment,
    wrong_value,
)
from parcours.flow.journeys.rules import LanguageRules, RuleSource, StoredRules
from parcours.flow.journeys.settings import read_settings
from parcours.language.tree import Node
from parcours.language.tree_json import from_json, to_json

#: Name of the entry itself in step rows; no activity can have it.
ENTRY = "entry"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who enters: profiles that enter or leave ``segment`` (journeys.md, section 8)."""

    segment: str
    on: Literal["enter", "exit", "both"] = "enter"

    def admits(self, direction: str) -> bool:
        """Whether a change in this direction, ``enter`` or ``exit``, starts a run."""
        return self.on in ("both", direction)


class Reentry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a profile may enter again, and the least time between two entries (J16); five minutes if not said."""

    allowed: bool = True
    wait: str | int | float = "5 minutes"

    @property
    def pause(self) -> int:
        """``wait`` in microseconds."""
        return duration(self.wait)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a journey itself."""

    journey: str
    entry: Entry
    start: str
    activities: dict[str, Any]
    name: str = ""
    description: str = ""
    reentry: Reentry = Reentry()


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """One version of a journey, checked.

    Attributes:
        id, version: what it is; ``version`` counts from 1.
        activities: by id, in an order in which every edge leads to a later one.
        rules: the typed tree of every rule by its place, for example ``activities.check.paths[0].when``.
        body: the definition as plain data, as it was written.
    """

    id: str
    version: int
    name: str
    description: str
    entry: Entry
    reentry: Reentry
    start: str
    activities: Mapping[str, Activity]
    rules: Mapping[str, Node]
    body: Mapping[str, object]

    def rules_of(self, activity: str) -> dict[str, Node]:
        """The rules of one activity by their setting."""
        return {
            rule.setting: self.rules[_rule_place(activity, rule.setting)] for rule in self.activities[activity].rules()
        }

    def profile_rules(self) -> tuple[Node, ...]:
        """The different rules about profiles, whose features have to be kept while the journey runs."""
        found = (
            self.rules[_rule_place(name, rule.setting)]
            for name, activity in self.activities.items()
            for rule in activity.rules()
            if rule.event is None
        )
        return tuple(dict.fromkeys(found))

    def attributes(self) -> frozenset[str]:
        """The attributes that messages of this journey show."""
        return frozenset[str]().union(*(activity.needs().attributes for activity in self.activities.values()))

    def event_properties(self) -> frozenset[str]:
        """The properties of heard events that messages of this journey show."""
        return frozenset[str]().union(*(activity.needs().event for activity in self.activities.values()))

    def listened(self) -> frozenset[str]:
        """The event types that some activity waits for."""
        return frozenset(listener.event for activity in self.activities.values() for listener in activity.listens())

    def templates(self) -> dict[str, Mapping[str, str]]:
        """For each activity that sends: its channel (``channel``) and its templates, as plain data."""
        return {name: activity.templates() for name, activity in self.activities.items() if activity.templates()}

    def to_json(self) -> dict[str, object]:
        """Plain data from which :meth:`from_json` makes the same definition, whatever the schema is by then."""
        trees = {place: to_json(tree) for place, tree in self.rules.items()}
        return {"version": self.version, "body": self.body, "rules": trees}

    @staticmethod
    def from_json(shape: Mapping[str, Any]) -> JourneyDefinition:
        """The inverse of :meth:`to_json`."""
        trees = {place: from_json(tree) for place, tree in shape["rules"].items()}
        return _Reader(StoredRules(trees), None).read(shape["body"], shape["version"])


def read_journey(
    body: Mapping[Any, object], schema: Schema, segments: Collection[str], version: int = 1
) -> JourneyDefinition:
    """The definition that ``body`` writes.

    Args:
        body: plain data as above.
        schema: the attributes and event types that exist.
        segments: ids of the published segments.
        version: number of this version, from 1.

    Raises:
        DefinitionError: it cannot be accepted; ``problems`` holds every problem with its place.
    """
    reader = _Reader(LanguageRules(schema, segments), schema, segments)
    return reader.read(body, version)


class _Reader:
    """Reads one definition and collects its problems. Without ``schema`` only its form is checked."""

    def __init__(self, rules: RuleSource, schema: Schema | None, segments: Collection[str] = ()) -> None:
        self._rules = rules
        self._schema = schema
        self._segments = segments
        self._problems: list[ParcoursError] = []

    def read(self, body: Mapping[Any, object], version: int) -> JourneyDefinition:
        body = _without_yaml_booleans(body)
        head = read_settings(Head, body, "", self._problems)
        shapes = body.get("activities")
        shapes = shapes if isinstance(shapes, Mapping) else {}
        graph = self._activities(shapes)
        trees = self._trees(graph)
        if self._schema is not None:
            self._check_activities(graph, self._schema)
        if head is not None:
            self._check_head(head)
            if len(graph) == len(shapes):
                self._problems.extend(graph_problems(head.start, graph))
        if head is None or self._problems:
            raise self._refusal(body)
        return JourneyDefinition(
            id=head.journey,
            version=version,
            name=head.name or head.journey,
            description=head.description,
            entry=head.entry,
            reentry=head.reentry,
            start=head.start,
            activities={name: graph[name] for name in in_order(head.start, graph)},
            rules=trees,
            body=body,
        )

    def _refusal(self, body: Mapping[str, object]) -> DefinitionError:
        count = len(self._problems)
        return DefinitionError(
            f"journey {body.get('journey')!r} has {count} problem{'s' if count != 1 else ''}", problems=self._problems
        )

    def _check_head(self, head: Head) -> None:
        self._check_name(head.journey, "journey", "a journey")
        for name in head.activities:
            self._check_name(name, f"activities.{name}", "an activity")
        if self._schema is not None and head.entry.segment not in self._segments:
            self._problems.append(unknown_segment("entry.segment", head.entry.segment, self._segments))
        self._problems.extend(duration_problem("reentry.wait", head.reentry.wait, least=0))
        if not head.activities:
            self._problems.append(missing_setting("activities", "a journey needs at least one activity"))

    def _check_name(self, name: str, where: str, what: str) -> None:
        try:
            checked_name(name, what)
        except InputError as error:
            self._problems.append(DefinitionError(error.message, code=error.code, where=where, hint=error.hint))
        if name == ENTRY:
            self._problems.append(wrong_value(where, f"{name!r} is the name of the entry itself; choose another"))

    def _activities(self, shapes: Mapping[str, object]) -> dict[str, Activity]:
        found = {}
        for name, shape in shapes.items():
            activity = self._activity(shape, f"activities.{name}")
            if activity is not None:
                found[name] = activity
        return found

    def _activity(self, shape: object, where: str) -> Activity | None:
        if not isinstance(shape, Mapping):
            self._problems.append(wrong_value(where, "expected settings (name: value) here"))
            return None
        if "type" not in shape:
            self._problems.append(missing_setting(f"{where}.type", "types are: " + ", ".join(kinds())))
            return None
        kind = kinds().get(str(shape["type"]))
        if kind is None:
            self._problems.append(unknown_kind(f"{where}.type", str(shape["type"]), kinds()))
            return None
        return read_settings(kind, shape, where, self._problems, also=frozenset({"type"}))

    def _trees(self, graph: Mapping[str, Activity]) -> dict[str, Node]:
        trees = {}
        for name, activity in graph.items():
            for rule in activity.rules():
                place = _rule_place(name, rule.setting)
                try:
                    tree = self._rules.parse(rule, place)
                except DefinitionError as error:
                    self._problems.extend(error.problems or (error,))
                    continue
                if tree is not None:
                    trees[place] = tree
        return trees

    def _check_activities(self, graph: Mapping[str, Activity], schema: Schema) -> None:
        names = Names(schema, _heard(graph, schema))
        for name, activity in graph.items():
            for problem in activity.check(names):
                problem.where = f"activities.{name}.{problem.where}"
                self._problems.append(problem)


def _rule_place(activity: str, setting: str) -> str:
    return f"activities.{activity}.{setting}"


def _heard(graph: Mapping[str, Activity], schema: Schema) -> dict[str, Type] | None:
    """The properties of all events that some activity waits for, ``None`` if one of these does not exist.

    Of properties with types that do not go together the first one stands.
    """
    heard: dict[str, Type] = {}
    for activity in graph.values():
        for listener in activity.listens():
            if listener.event not in schema.events:
                return None
            for name, type_ in schema.events[listener.event].items():
                heard[name] = widest(heard.get(name, NULL), type_) or heard[name]
    return heard


def _without_yaml_booleans(body: Mapping[Any, object]) -> dict[str, object]:
    """``on:`` is a boolean in YAML 1.1, so a reader of files may hand over ``{True: "enter"}``."""
    plain = {str(name): value for name, value in body.items()}
    entry = plain.get("entry")
    if isinstance(entry, Mapping) and True in entry:
        plain["entry"] = {"on" if name is True else name: value for name, value in entry.items()}
    return plain
