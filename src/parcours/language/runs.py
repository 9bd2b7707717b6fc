"""What an expression of a journey may read of its run, and under which names.

A run knows the payloads of the events it heard, the answers of the custom actions and of the data sources that it
asked, the properties of the journey, and, where a change of membership began it, that change. In the typed tree each
of these is a :class:`~parcours.language.tree.Given`:

==================================== =================================== ===================================
path                                 journey language                    rule tree
==================================== =================================== ===================================
``("event", "visit", "total")``      ``@{visit.total}``                  ``{given: event.visit.total}``
``("action", "score", "value")``     ``@action{score.value}``            ``{given: action.score.value}``
``("source", "weather", "now", …)``  ``#{weather.now.…}``                ``{given: source.weather.now.…}``
``("journey", "instanceUID")``       ``@{journey.instanceUID}``          ``{given: journey.instanceUID}``
``("qualification", "status")``      ``@{SegmentQualification.status}``  ``{given: qualification.status}``
==================================== =================================== ===================================

PQL, filters and rules about single events speak of the profile or the event alone. PQL may stand beside the others in
the groups of a rule tree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from parcours.core.errors import DefinitionError, RuleError, nearest
from parcours.core.schema import ANY, DATE_TIME, OFFSET_TIME, STRING, Kind, Schema, Type, object_of
from parcours.language.check.names import Beside, untyped
from parcours.language.functions.untyped import partly_untyped
from parcours.language.journey.scope import JOURNEY_PROPERTIES, QUALIFICATION, JourneyScope
from parcours.language.tree import Call, Fetched, Given, Node, ObjectOf, Step, children, walk, with_children

#: What is known of the change of membership that began a run: segment, ``enter`` or ``exit``, instant.
QUALIFICATION_FIELDS: Mapping[str, Type] = {"segment": STRING, "status": STRING, "time": DATE_TIME}
#: The same as the journey language has it, and the names it has there.
_SPELLED = {"status": "status", "lastQualificationTime": "time", "segment": "segment"}
_SPELLED_TYPE = object_of({"status": STRING, "lastQualificationTime": OFFSET_TIME, "segment": STRING})
_WORDS = {"event": "an event", "action": "a custom action", "source": "a data source"}


@dataclass(frozen=True)
class RunScope:
    """What the runs of one journey know.

    Attributes:
        events: by its name the payload of each event that the journey can have heard, an object.
        actions: by its name (the activity's) the answer of each custom action, an object, or any.
        sources: the data sources that the journey asks, each an object with a field per field group.
        remote: further data sources that are configured, but that the journey does not ask.
        journey: properties of the journey besides :data:`~parcours.language.journey.scope.JOURNEY_PROPERTIES`, or
            with other types.
        qualification: whether a change of membership may have begun the run.
    """

    events: Mapping[str, Type] = field(default_factory=dict)
    actions: Mapping[str, Type] = field(default_factory=dict)
    sources: Mapping[str, Type] = field(default_factory=dict)
    remote: Mapping[str, Type] = field(default_factory=dict)
    journey: Mapping[str, Type] = field(default_factory=dict)
    qualification: bool = True

    def roots(self) -> Mapping[str, Mapping[str, Type]]:
        """What a path may begin with, and what may follow."""
        found = {
            "event": self.events,
            "action": self.actions,
            "source": self.sources,
            "journey": {**JOURNEY_PROPERTIES, **self.journey},
        }
        return {**found, "qualification": QUALIFICATION_FIELDS} if self.qualification else found

    def type_of(self, path: tuple[str, ...]) -> Type | None:
        """The type of the value at a path (see :class:`~parcours.language.tree.Given`); ``None``: runs know none."""
        found = self._walked(path)[0]
        return found if len(path) > 1 else None

    def hint(self, path: tuple[str, ...]) -> str | None:
        """What may have been meant by a path that leads nowhere."""
        root, *rest = path
        if root == "source" and rest and rest[0] in self.remote:
            return _ASK_FIRST.format(rest[0])
        _, wrong, known = self._walked(path)
        if wrong is None:
            return f"name what follows: {root}.…"
        return nearest(wrong, known) or (f"the journey hears no {root}" if not known else None)

    def _walked(self, path: tuple[str, ...]) -> tuple[Type | None, str | None, Collection[str]]:
        """The type at a path; else the first name that is not known, and those that are."""
        found = object_of({root: object_of(known) for root, known in self.roots().items()})
        for depth, name in enumerate(path):
            if depth > 1 and untyped(found):
                return ANY, None, ()
            inner = found.field_type(name)
            if inner is None:
                return None, name, [field_name for field_name, _ in found.fields]
            found = inner
        return found, None, ()

    def beside(self) -> Beside:
        """What the checker may find beside the profile."""
        return Beside(given=self.type_of, hint=self.hint)

    def scope(self, schema: Schema, segments: Collection[str] | None) -> JourneyScope:
        """The names of the journey language: those of the run, and of the workspace."""
        remote = {name: type_ for name, type_ in self.remote.items() if name not in self.sources}
        groups = [(name, group) for name, type_ in remote.items() for group, _ in type_.fields]
        return JourneyScope(
            events=self.events,
            sources={**remote, **self.sources},
            actions=self.actions,
            journey=self.journey,
            remote=groups,
            profile=schema,
            segments=segments,
            strict=True,
            qualification=_SPELLED_TYPE if self.qualification else None,
        )


def of_run(node: Node, run: RunScope) -> Node:
    """A tree of the journey language as runs know its values: the change of membership under its own names, and values
    of unknown type, which are taken for values of a type, as parts of something that has none, so that evaluation
    fails where they are of another."""
    match node:
        case Given(path=("event", name), type=type_) if name == QUALIFICATION and type_.kind is Kind.OBJECT:
            return ObjectOf(tuple(_SPELLED), tuple(map(_qualification, _SPELLED)), _SPELLED_TYPE)
        case Given(path=("event", name, part)) if name == QUALIFICATION and part in _SPELLED:
            return _qualification(part)
        case Given():
            return _looked_into(node, run)
        case _:
            return with_children(node, tuple(of_run(part, run) for part in children(node)))


def _looked_into(node: Given, run: RunScope) -> Node:
    *owner, name = node.path
    known = run.type_of(node.path)
    if known is None or len(owner) < 2:
        return node
    for end in range(2, len(node.path)):
        if run.type_of(node.path[:end]) == ANY:
            found: Node = Given(node.path[:end], ANY)
            for inner in owner[end:]:
                found = Step(found, inner, ANY)
            return Step(found, name, node.type)
    if known == node.type or not partly_untyped(known):
        return node
    return Step(Given(tuple(owner), object_of({name: known})), name, node.type)


def _qualification(spelled: str) -> Node:
    name = _SPELLED[spelled]
    found = Given(("qualification", name), QUALIFICATION_FIELDS[name])
    return Call("with_offset", (found,), OFFSET_TIME) if found.type == DATE_TIME else found


def refuse_asking(node: Node, run: RunScope, where: str) -> None:
    """Make sure that an expression asks no data source: the answer would come later than it is wanted.

    Raises:
        DefinitionError: it does, or reads one that the journey does not ask (code ``asks-source``).
    """
    asked = dict.fromkeys(part.path[1] for part in walk(node) if _is_asked(part, run))
    if not asked:
        return
    problems = [
        RuleError(
            f"the data source {source!r} is not asked before this expression",
            code="asks-source",
            where=where,
            hint=_ASK_FIRST.format(source),
        )
        for source in asked
    ]
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    raise DefinitionError(f"the expression has {count}", code="bad-rule", where=where, problems=problems)


def _is_asked(part: Node, run: RunScope) -> TypeGuard[Given | Fetched]:
    match part:
        case Fetched():
            return True
        case Given(path=("source", source, *_)):
            return source not in run.sources
        case _:
            return False


_ASK_FIRST = "ask it before, with a condition that has source: {{name: {0}, …}}; what follows it reads the answer"
