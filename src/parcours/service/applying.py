"""A folder of definitions becomes what is evaluated: everything is checked first, then all of it is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parcours.core.errors import DefinitionError, InputError, ParcoursError, RuleError
from parcours.core.schema import Schema
from parcours.flow.delivery.configured import Configured, configured, problems_in
from parcours.flow.journeys.definitions import read_journey
from parcours.flow.segments.definitions import (
    SegmentDefinition,
    compile_rule,
    dependency_order,
    read_definitions,
)
from parcours.flow.segments.documents import Document
from parcours.kernel.evaluate import Compiled
from parcours.kernel.keys import keys_of, leaves
from parcours.language.method import Method
from parcours.language.tree import Chance, Fetched, Given, Node, walk
from parcours.service.definitions import (
    Body,
    called_body,
    called_in,
    journey_body,
    method_in,
    name_of,
    named,
    rule_in,
    rules_of_segments,
    segment_body,
)
from parcours.service.expressions import Rule
from parcours.service.wiring import Parts
from parcours.store.catalogue import Catalogue, Definition, State


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing does to one definition.

    ``action`` is ``new``, ``edited`` (also: published again) or ``unchanged``; ``version`` is the number it gets.
    A segment has its ``rule``, and the ``method`` by which it will be kept up to date.
    """

    kind: str
    id: str
    name: str
    action: str
    version: int
    rule: Rule | None = field(default=None, compare=False, repr=False)
    method: Method | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A definition without problems, in the form in which the catalogue keeps it."""

    kind: str
    id: str
    name: str
    body: Body


class Checker:
    """Checks definitions against each other, against what is published and against the names that exist."""

    def __init__(
        self, schema: Schema, published: Mapping[str, Node], called: Sequence[Mapping[str, object]] = ()
    ) -> None:
        self._schema = schema
        self._published = published
        self._called = called
        self._problems: list[ParcoursError] = []

    def check(self, definitions: Sequence[SegmentDefinition | Mapping[str, object]], where: str) -> list[Checked]:
        """All of them: segments in order of dependency, what is called outside, then journeys.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong with any of them.
        """
        segments = [item for item in definitions if isinstance(item, SegmentDefinition)]
        others = [item for item in definitions if not isinstance(item, SegmentDefinition)]
        journeys = [item for item in others if "journey" in item]
        calls = [item for item in others if "journey" not in item]
        known = {*self._published, *(segment.id for segment in segments)}
        rules = {segment.id: rule for segment in segments if (rule := self._rule(segment, known)) is not None}
        order = self._order(rules) if not self._problems else []
        callable_ = self._configured(calls)
        checked = [self._checked_journey(shape, known, callable_) for shape in journeys]
        if self._problems:
            raise _all_problems(self._problems, where)
        by_id = {segment.id: segment for segment in segments}
        found = [Checked("segment", id, by_id[id].name, segment_body(by_id[id].to_json(), rules[id])) for id in order]
        found += [Checked(*named(shape), name_of(shape), called_body(shape)) for shape in calls]
        return [*found, *(journey for journey in checked if journey is not None)]

    def _rule(self, segment: SegmentDefinition, known: set[str]) -> Node | None:
        try:
            rule = compile_rule(segment, self._schema, known)
            check_kept(rule)
            return rule
        except DefinitionError as error:
            self._problems.extend(_single(error, f"segment {segment.id!r}"))
            return None

    def _order(self, rules: Mapping[str, Node]) -> list[str]:
        try:
            everything = dependency_order({**self._published, **rules})
            return [id for id in everything if id in rules]
        except DefinitionError as error:
            self._problems.append(error)
            return []

    def _configured(self, calls: Sequence[Mapping[str, object]]) -> Configured:
        """What can be called with these definitions in place of those that are published."""
        new = {named(shape) for shape in calls}
        kept = [shape for shape in self._called if named(shape) not in new]
        for shape in calls:
            error = DefinitionError("", problems=problems_in(shape))
            if error.problems:
                self._problems.extend(_single(error, " ".join(named(shape)), shape))
        return Configured() if self._problems else configured([*kept, *calls])

    def _checked_journey(self, shape: Mapping[str, object], known: set[str], called: Configured) -> Checked | None:
        actions = {name: action.answer for name, action in called.actions.items()}
        sources = {name: source.answer for name, source in called.sources.items()}
        try:
            journey = read_journey(shape, self._schema, known, actions=actions, sources=sources)
            for rule in journey.profile_rules():
                check_kept(rule, run=True)
            return Checked("journey", journey.id, journey.name, journey_body(journey))
        except DefinitionError as error:
            self._problems.extend(_single(error, f"journey {shape.get('journey')!r}", shape))
            return None


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


def _single(error: DefinitionError, what: str, source: object = None) -> Iterator[ParcoursError]:
    """The problems of one definition, each saying in which definition it is."""
    for problem in error.problems or (error,):
        if isinstance(source, Document):
            problem.where = source.placed(problem).where or source.place()
        problem.where = problem.where or what
        yield problem


def _all_problems(problems: Sequence[ParcoursError], where: str) -> DefinitionError:
    if len(problems) == 1 and isinstance(problems[0], DefinitionError):
        return problems[0]
    return DefinitionError(f"{len(problems)} problems; nothing was changed", where=where, problems=problems)


# --- from a folder to the catalogue ----------------------------------------------------------------------


def checked(path: Path | str, parts: Parts) -> list[Checked]:
    """The definitions in a file or folder, checked against the workspace.

    Raises:
        InputError: there are none, or a file cannot be read.
        DefinitionError: with everything that is wrong.
    """
    definitions = read_definitions(path)
    called = called_in(parts.catalogue)
    return Checker(parts.schema, rules_of_segments(parts.catalogue), called).check(definitions, str(path))


def changes(found: Sequence[Checked], catalogue: Catalogue) -> list[Change]:
    """What publishing these would do."""
    known = {(item.kind, item.id): item for item in catalogue.list(states=list(State))}
    return [_change(item, known.get((item.kind, item.id))) for item in found]


def _change(new: Checked, old: Definition | None) -> Change:
    change = _difference(new, old)
    if new.kind != "segment":
        return change
    return replace(change, rule=Rule(rule_in(new.body)), method=method_in(new.body))


def _difference(new: Checked, old: Definition | None) -> Change:
    if old is None:
        return Change(new.kind, new.id, new.name, "new", 1)
    same = old.body == new.body and old.name == new.name and old.state != State.DELETED
    if same and old.published_version == old.version:
        return Change(new.kind, new.id, new.name, "unchanged", old.version)
    version = old.version if same else old.version + 1
    return Change(new.kind, new.id, new.name, "edited" if old.state != State.DELETED else "new", version)


def save(found: Sequence[Checked], catalogue: Catalogue, at: int, *, publish: bool) -> list[Change]:
    """Save, and publish if asked for: all of them in one transaction. Tells what changed."""
    done = changes(found, catalogue)
    with catalogue.together():
        for item in found:
            catalogue.save_draft(item.kind, item.id, item.body, name=item.name, at=at)
            if publish:
                catalogue.publish(item.kind, item.id, at=at)
    return done
