"""One checked version of a journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.base import Activity, EventListener, Listener, RuleText
from parcours.flow.journeys.definitions.entry import Entry
from parcours.flow.journeys.definitions.form import Form, read_form, refusal
from parcours.flow.journeys.definitions.parts import Goal, Head, Reentry
from parcours.flow.journeys.definitions.plain import plain_body
from parcours.flow.journeys.definitions.schedule import Occurrences
from parcours.flow.journeys.graph import in_order
from parcours.language.tree import Node
from parcours.language.tree_json import from_json, to_json

ENTRY_WHERE, ENTRY_WHEN, GOAL_WHERE = "entry.where", "entry.when", "goal.where"


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """One version of a journey, checked.

    Attributes:
        id, version: what it is; ``version`` counts from 1.
        head: all settings of the journey, with accessors in microseconds.
        activities: by id, in an order in which every edge but ``again`` leads to a later one.
        rules: the typed tree of every rule and expression by its place, for example ``activities.check.paths[0].when``,
            ``entry.where``, ``entry.when``, ``exit_when[0].where``, ``goal.where``.
        body: the definition as plain data, as it was written.
    """

    id: str
    version: int
    head: Head
    activities: Mapping[str, Activity]
    rules: Mapping[str, Node]
    body: Mapping[str, object]

    # --- settings -------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.head.name or self.id

    @property
    def description(self) -> str:
        return self.head.description

    @property
    def entry(self) -> Entry:
        return self.head.entry

    @property
    def reentry(self) -> Reentry:
        return self.head.reentry

    @property
    def goal(self) -> Goal | None:
        return self.head.goal

    @property
    def start(self) -> tuple[str, ...]:
        """Where people go from the entry: several race, none ends the run."""
        return self.head.beginnings

    @property
    def namespace(self) -> str | None:
        """The identity type of the journey."""
        return self.head.identity

    def times(self, published: int) -> Occurrences:
        """The times of the read of this version, if it was published at that instant."""
        return self.entry.timetable.times(published, self.head.zone_name)

    # --- rules ----------------------------------------------------------------------------------------

    def rules_of(self, activity: str) -> dict[str, Node]:
        """The rules of one activity by their setting."""
        return {
            rule.setting: self.rules[rule_place(activity, rule.setting)] for rule in self.activities[activity].rules()
        }

    def rule(self, place: str) -> Node | None:
        """The rule at a place of the settings (``entry.when``), or ``None``."""
        return self.rules.get(place)

    def exits(self) -> tuple[tuple[str | None, str | None, Node | None], ...]:
        """The exit rules, top to bottom: event type, segment, row rule."""
        return tuple(
            (rule.event, rule.segment, self.rules.get(exit_place(index)))
            for index, rule in enumerate(self.head.exit_when)
        )

    def texts(self) -> dict[str, RuleText]:
        """All rules and expressions as they are written, by their places."""
        return {**settings_rules(self.head), **activity_rules(self.activities)}

    def profile_rules(self) -> tuple[Node, ...]:
        """The different rules and expressions about profiles, whose features have to be kept while the journey runs."""
        return tuple(dict.fromkeys(self.rules[place] for place, rule in self.texts().items() if rule.event is None))

    # --- names that it uses ---------------------------------------------------------------------------

    def attributes(self) -> frozenset[str]:
        """The attributes that messages of this journey show."""
        return frozenset[str]().union(*(activity.needs().attributes for activity in self.activities.values()))

    def event_properties(self) -> frozenset[str]:
        """The properties of heard events that messages of this journey show."""
        return frozenset[str]().union(*(activity.needs().event for activity in self.activities.values()))

    def listeners(self) -> tuple[tuple[str, Listener], ...]:
        """What wakes parked runs: activity and listener."""
        return tuple((name, heard) for name, activity in self.activities.items() for heard in activity.listens())

    def listened(self) -> frozenset[str]:
        """The event types that some activity waits for."""
        return frozenset(heard.event for _, heard in self.listeners() if isinstance(heard, EventListener))

    def events(self) -> frozenset[str]:
        """All event types that this journey has to be told of: entry, waiting, exit, goal."""
        named = [self.entry.trigger, *(rule.event for rule in self.head.exit_when), self.goal and self.goal.event]
        return self.listened() | {name for name in named if name}

    def templates(self) -> dict[str, Mapping[str, str]]:
        """For each activity that sends: its channel (``channel``) and its templates, as plain data."""
        return {name: activity.templates() for name, activity in self.activities.items() if activity.templates()}

    # --- as plain data --------------------------------------------------------------------------------

    def to_json(self) -> dict[str, object]:
        """Plain data from which :meth:`from_json` makes the same definition, whatever the schema is by then."""
        trees = {place: to_json(tree) for place, tree in self.rules.items()}
        return {"version": self.version, "body": self.body, "rules": trees}

    @staticmethod
    def from_json(shape: Mapping[str, Any]) -> JourneyDefinition:
        """The inverse of :meth:`to_json`.

        Raises:
            DefinitionError: this version of Parcours cannot read the definition any more.
        """
        problems: list[ParcoursError] = []
        body = plain_body(shape["body"])
        form = read_form(body, problems)
        if form is None or problems:
            raise refusal(body, problems)
        trees = {place: from_json(tree) for place, tree in shape["rules"].items()}
        return JourneyDefinition.of(form, trees, body, shape["version"])

    @staticmethod
    def of(form: Form, trees: Mapping[str, Node], body: Mapping[str, object], version: int) -> JourneyDefinition:
        """The definition with these settings, activities and typed rules."""
        head = form.head
        activities = {name: form.activities[name] for name in in_order(head.beginnings, form.activities)}
        return JourneyDefinition(head.journey, version, head, activities, trees, body)


def rule_place(activity: str, setting: str) -> str:
    """The place of a rule of an activity."""
    return f"activities.{activity}.{setting}"


def exit_place(index: int) -> str:
    """The place of the row rule of an exit rule."""
    return f"exit_when[{index}].where"


def settings_rules(head: Head) -> dict[str, RuleText]:
    """The rules among the settings of the journey itself, by their places."""
    entry, goal = head.entry, head.goal
    found = {}
    if entry.where is not None and entry.trigger is not None:
        found[ENTRY_WHERE] = RuleText(ENTRY_WHERE, entry.where, entry.trigger)
    if entry.when is not None:
        found[ENTRY_WHEN] = RuleText(ENTRY_WHEN, entry.when)
    for index, rule in enumerate(head.exit_when):
        if rule.where is not None and rule.event is not None:
            found[exit_place(index)] = RuleText(exit_place(index), rule.where, rule.event)
    if goal is not None and goal.where is not None:
        found[GOAL_WHERE] = RuleText(GOAL_WHERE, goal.where, goal.event)
    return found


def activity_rules(activities: Mapping[str, Activity]) -> dict[str, RuleText]:
    """The rules of all activities, by their places."""
    return {rule_place(name, rule.setting): rule for name, activity in activities.items() for rule in activity.rules()}
