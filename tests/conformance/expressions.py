"""Cases of the journey expression language (cases/expressions.README.md)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from parcours.core.clock import instant
from parcours.core.schema import Kind as TypeKind
from parcours.core.schema import Type
from parcours.language.journey.parse import parse
from parcours.language.journey.read import read
from parcours.language.journey.scope import JourneyScope
from parcours.language.reference import Person
from tests.conformance import shapes
from tests.conformance.files import Case
from tests.conformance.judge import expected, judge, text_of
from tests.conformance.kind import Kind
from tests.conformance.outcome import Result

#: The kinds of type that the type names of expectations stand for.
NAMES: Mapping[str, frozenset[TypeKind]] = {
    **{name: frozenset({type_.kind}) for name, type_ in shapes.NAMES.items()},
    "dateTime": frozenset({TypeKind.OFFSET_TIME, TypeKind.DATE_TIME}),
    "object": frozenset({TypeKind.OBJECT, TypeKind.MAP}),
}
_ROOTS = {"events": "event", "datasources": "source", "actions": "action", "journey": "journey"}
_CALLS = "$calls"


@dataclass(frozen=True)
class Context:
    """The values of a case and their types, by root."""

    roots: Mapping[str, Any]
    types: Mapping[str, Type]
    remote: Mapping[tuple[str, str], list[dict[str, Any]]]

    def scope(self) -> JourneyScope:
        parts = {root: dict(type_.fields) for root, type_ in self.types.items()}
        return JourneyScope(
            events=parts["events"],
            sources=parts["datasources"],
            actions=parts["actions"],
            journey=parts["journey"],
            remote=tuple(self.remote),
        )

    def given(self) -> dict[str, Any]:
        return {_ROOTS[root]: shapes.converted(self.roots[root], type_) for root, type_ in self.types.items()}

    def fetch(self, path: tuple[str, ...], parameters: Mapping[str, Any]) -> Any:
        """The response to a call of a data source with these parameters; null when there is none."""
        _, source, group, *rest = path
        for call in self.remote.get((source, group), []):
            if call["params"] == parameters:
                type_ = dict(dict(self.types["datasources"].fields)[source].fields)[group]
                found = shapes.converted(call["response"], type_)
                for name in rest:
                    found = found.get(name) if isinstance(found, dict) else None
                return found
        return None


def context_of(case: Case) -> Context:
    """The context of a case, with types inferred from the values and overridden by those declared."""
    given = case.get("context", {})
    roots = {root: given.get(root, {}) for root in _ROOTS}
    remote = {
        (source, group): content[_CALLS]
        for source, groups in roots["datasources"].items()
        for group, content in groups.items()
        if isinstance(content, dict) and _CALLS in content
    }
    local = {
        source: {name: {} if (source, name) in remote else part for name, part in groups.items()}
        for source, groups in roots["datasources"].items()
    }
    roots["datasources"] = local
    types = {root: shapes.inferred(value) for root, value in roots.items()}
    for (source, group), calls in remote.items():
        responses = shapes.common([shapes.inferred(call["response"]) for call in calls])
        types["datasources"] = shapes.overridden(types["datasources"], f"{source}.{group}", responses)
    for path, name in given.get("types", {}).items():
        root, _, rest = path.partition(".")
        types[root] = shapes.overridden(types[root], rest, shapes.named(name))
    return Context(roots, types, remote)


def _drawn(source: random.Random, kind: str, site: int) -> Any:
    return source.random() if kind == "random" else str(uuid.UUID(int=source.getrandbits(128), version=4))


def run(case: Case) -> Result:
    """Run one case on every engine."""
    context = context_of(case)
    segments = case.get("context", {}).get("segments", {})
    now = instant(case.get("context", {}).get("now", "2020-01-01T00:00:00Z"))
    person = Person(
        given=context.given(),
        segments=lambda name: segments.get(name) in ("realized", "existing"),
        fetch=context.fetch,
        chance=partial(_drawn, random.Random(0)),
    )
    text = case["expr"]
    return judge(
        case,
        lambda: read(text, context.scope(), usage=case.get("usage")),
        lambda: parse(text),
        person,
        now,
        NAMES,
    )


KIND = Kind(run, text_of, expected)
