"""Whether definitions can be accepted: against each other, against what is published, against the names that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from parcours.core.errors import DefinitionError, InputError, ParcoursError, RuleError
from parcours.core.schema import ANY, Schema, Type
from parcours.flow.delivery.configured import configured, problems_in
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.flow.journeys.definitions.reading import Around
from parcours.flow.journeys.pressure.rule_sets import read_rule_set
from parcours.flow.journeys.publication import jumps
from parcours.flow.segments.definitions import SegmentDefinition, compile_rule, dependency_order
from parcours.flow.segments.documents import Document
from parcours.kernel.evaluate import Compiled
from parcours.kernel.keys import keys_of, leaves
from parcours.language.tree import Chance, Fetched, Given, Node, walk
from parcours.service.definitions import (
    Body,
    called_body,
    journey_body,
    name_of,
    named,
    rule_set_body,
    segment_body,
)
from parcours.service.widening import widened


@dataclass(frozen=True, slots=True)
class Checked:
    """A definition without problems, in the form in which the catalogue keeps it; of a journey also as it is read."""

    kind: str
    id: str
    name: str
    body: Body
    journey: JourneyDefinition | None = field(default=None, compare=False, repr=False)
    source: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """What there is already, when definitions are checked.

    Attributes:
        schema: the names that exist.
        rules: of segments.
        called: custom actions, data sources and endpoints, as they were written.
        rule_sets, journeys: their ids.
    """

    schema: Schema
    rules: Mapping[str, Node]
    called: Sequence[Mapping[str, object]] = ()
    rule_sets: Collection[str] = ()
    journeys: Collection[str] = ()


class Called(NamedTuple):
    """Custom actions and data sources that there are, with the types of their answers."""

    actions: Mapping[str, Type]
    sources: Mapping[str, Type]


def _with_bad(known: Called, shape: Mapping[str, object]) -> Called:
    """With one that has problems: it is there, and may answer anything."""
    kind, name = named(shape)
    groups = shape.get("groups")
    names = [f"{name}.{group}" for group in groups] if isinstance(groups, Mapping) else [name]
    new = dict.fromkeys(names, ANY)
    return Called(
        {**known.actions, **(new if kind == "action" else {})}, {**known.sources, **(new if kind == "source" else {})}
    )


class Checker:
    """Checks definitions against each other, against what is published and against the names that exist.

    Attributes:
        schema: the names that exist once they are published: journeys may bring new ones.
    """

    def __init__(self, known: Published) -> None:
        self.schema = known.schema
        self._known = known
        self._problems: list[ParcoursError] = []

    def check(self, definitions: Sequence[SegmentDefinition | Mapping[str, object]], where: str) -> list[Checked]:
        """All of them: segments in order of dependency, what is called outside, rule sets, then journeys, those that
        others jump into first.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong with any of them.
        """
        segments = [item for item in definitions if isinstance(item, SegmentDefinition)]
        others = [item for item in definitions if not isinstance(item, SegmentDefinition)]
        journeys = [item for item in others if "journey" in item]
        sets = [item for item in others if "rule_set" in item]
        calls = [item for item in others if "journey" not in item and "rule_set" not in item]
        names = {*self._known.rules, *(segment.id for segment in segments)}
        for shape in journeys:
            self._widen(shape, names, self._configured(calls, []), sets, journeys)
        rules = {segment.id: rule for segment in segments if (rule := self._rule(segment, names)) is not None}
        order = self._order(rules) if not self._problems else []
        called = self._configured(calls, self._problems)
        rule_sets = [one for shape in sets if (one := self._checked_rule_set(shape)) is not None]
        around = self._around(names, called, sets, journeys)
        checked = [one for shape in journeys if (one := self._checked_journey(shape, around)) is not None]
        if self._problems:
            raise all_problems(self._problems, where)
        by_id = {segment.id: segment for segment in segments}
        found = [Checked("segment", id, by_id[id].name, segment_body(by_id[id].to_json(), rules[id])) for id in order]
        found += [Checked(*named(shape), name_of(shape), called_body(shape)) for shape in calls]
        return [*found, *rule_sets, *_by_jumps(checked)]

    def _around(
        self,
        names: Collection[str],
        called: Called,
        sets: Sequence[Mapping[str, object]],
        journeys: Sequence[Mapping[str, object]],
    ) -> Around:
        """What there is around journeys."""
        return Around(
            self.schema,
            names,
            None,
            called.actions,
            called.sources,
            {*self._known.rule_sets, *(str(shape["rule_set"]) for shape in sets)},
            {*self._known.journeys, *(str(shape["journey"]) for shape in journeys)},
        )

    def _widen(
        self,
        shape: Mapping[str, object],
        names: Collection[str],
        called: Called,
        sets: Sequence[Mapping[str, object]],
        journeys: Sequence[Mapping[str, object]],
    ) -> None:
        """Add the names that a journey brings."""
        around = self._around(names, called, sets, journeys)

        def read(schema: Schema) -> JourneyDefinition:
            return _read(shape, replace(around, schema=schema))

        try:
            self.schema = widened(shape, self.schema, read)
        except InputError as error:
            problem = DefinitionError(error.message, code=error.code, hint=error.hint)
            self._problems.extend(single(problem, f"journey {shape.get('journey')!r}", shape))

    def _rule(self, segment: SegmentDefinition, known: set[str]) -> Node | None:
        try:
            rule = compile_rule(segment, self.schema, known)
            check_kept(rule)
            return rule
        except DefinitionError as error:
            self._problems.extend(single(error, f"segment {segment.id!r}"))
            return None

    def _order(self, rules: Mapping[str, Node]) -> list[str]:
        try:
            everything = dependency_order({**self._known.rules, **rules})
            return [id for id in everything if id in rules]
        except DefinitionError as error:
            self._problems.append(error)
            return []

    def _configured(self, calls: Sequence[Mapping[str, object]], problems: list[ParcoursError]) -> Called:
        """What can be called with these definitions in place of those that are published."""
        new = {named(shape) for shape in calls}
        good = [shape for shape in self._known.called if named(shape) not in new]
        bad: Called = Called({}, {})
        for shape in calls:
            error = DefinitionError("", problems=problems_in(shape))
            if error.problems:
                problems.extend(single(error, " ".join(named(shape)), shape))
                bad = _with_bad(bad, shape)
            else:
                good.append(shape)
        found = configured(good)
        return Called(
            {**bad.actions, **{name: action.answer for name, action in found.actions.items()}},
            {**bad.sources, **{name: source.answer for name, source in found.sources.items()}},
        )

    def _checked_rule_set(self, shape: Mapping[str, object]) -> Checked | None:
        name = str(shape["rule_set"])
        try:
            found = read_rule_set(shape)
            return Checked("rule_set", found.name, found.name, rule_set_body(found.to_json()))
        except DefinitionError as error:
            self._problems.extend(single(error, f"rule set {name!r}", shape))
            return None

    def _checked_journey(self, shape: Mapping[str, object], around: Around) -> Checked | None:
        try:
            journey = _read(shape, around)
            for rule in journey.profile_rules():
                check_kept(rule, run=True)
            return Checked("journey", journey.id, journey.name, journey_body(journey), journey, shape)
        except DefinitionError as error:
            self._problems.extend(single(error, f"journey {shape.get('journey')!r}", shape))
            return None


def _read(shape: Mapping[str, object], around: Around) -> JourneyDefinition:
    return read_journey(
        shape,
        around.schema,
        around.segments,
        actions=around.actions,
        sources=around.sources,
        rule_sets=around.rule_sets,
        journeys=around.journeys,
    )


def _by_jumps(journeys: Sequence[Checked]) -> list[Checked]:
    """Journeys behind those that they jump into; where jumps go round in circles, as they came."""
    left = list(journeys)
    found: list[Checked] = []
    while left:
        waiting = {item.id for item in left}
        ready = [item for item in left if item.journey is None or not waiting & set(jumps(item.journey).values())]
        ready = ready or left
        found += ready
        left = [item for item in left if item not in ready]
    return found


#: What no rule about profiles can read, by the word in the message.
_NOT_KEPT = {Given: "a value of a running journey", Fetched: "a data source", Chance: "chance"}


def check_kept(rule: Node, *, run: bool = False) -> None:
    """Make sure that everything a rule reads can be kept up to date. Rules of journeys (``run``) also read what the run
    knows.

    Raises:
        DefinitionError: it reads what is no part of the profile (``not-kept``), or the kernel has no such feature.
    """
    for part in walk(rule):
        for kind, word in _NOT_KEPT.items():
            if isinstance(part, kind) and not (run and kind is Given):
                raise RuleError(f"a rule about profiles cannot read {word}{_named(part)}", code="not-kept", hint=_HINT)
    try:
        for leaf in leaves([rule]):
            keys_of(leaf)
        Compiled(rule)
    except InputError as error:
        raise RuleError(error.message, code=error.code, hint=error.hint) from error


_HINT = "read attributes, events and segments; for a share of all profiles: {sample: …}"


def _named(part: Node) -> str:
    return f": {'.'.join(part.path)}" if isinstance(part, Given | Fetched) else ""


def single(error: DefinitionError, what: str, source: object = None) -> Iterator[ParcoursError]:
    """The problems of one definition, each saying in which definition it is."""
    for problem in error.problems or (error,):
        if isinstance(source, Document):
            problem.where = source.placed(problem).where or source.place()
        problem.where = problem.where or what
        yield problem


def all_problems(problems: Sequence[ParcoursError], where: str) -> DefinitionError:
    if len(problems) == 1 and isinstance(problems[0], DefinitionError):
        return problems[0]
    return DefinitionError(f"{len(problems)} problems; nothing was changed", where=where, problems=problems)
