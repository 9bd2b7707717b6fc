"""Cases of the profile query language (cases/expressions.README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.core.clock import instant
from parcours.core.schema import DATE_TIME, STRING, Type, object_of
from parcours.core.schema import Kind as TypeKind
from parcours.language.pql import PqlScope, parse, read
from parcours.language.reference import Person
from tests.conformance import shapes
from tests.conformance.files import Case
from tests.conformance.judge import expected, judge, text_of
from tests.conformance.kind import Kind
from tests.conformance.outcome import Result

#: The kinds of type that the type names of expectations stand for.
NAMES: Mapping[str, frozenset[TypeKind]] = {
    "boolean": frozenset({TypeKind.BOOLEAN}),
    "integer": frozenset({TypeKind.INTEGER}),
    "double": frozenset({TypeKind.DECIMAL}),
    "string": frozenset({TypeKind.STRING}),
    "date": frozenset({TypeKind.DATE_ONLY, TypeKind.DATE_TIME, TypeKind.DATE_TIME_ONLY, TypeKind.OFFSET_TIME}),
    "array": frozenset({TypeKind.LIST}),
    "object": frozenset({TypeKind.OBJECT, TypeKind.MAP}),
}
_EVENT = object_of({"eventType": STRING, "timestamp": DATE_TIME})


def event_type(events: list[Any]) -> Type:
    """The type of an event: what the events of the case have, with the time as an instant."""
    found = shapes.common([shapes.inferred(event) for event in events])
    fields = {name: kind for name, kind in found.fields if name != "timestamp"}
    return shapes.merged(object_of(fields), _EVENT)


def run(case: Case) -> Result:
    """Run one case on every engine."""
    context = case.get("context", {})
    profile, events, params = context.get("profile", {}), context.get("events", []), context.get("params", [])
    segments, event = context.get("segments", {}), event_type(context.get("events", []))
    kinds = [shapes.inferred(value) for value in params]
    scope = PqlScope(profile=shapes.inferred(profile), events=event, params=kinds)
    person = Person(
        attributes=shapes.converted(profile, shapes.inferred(profile)),
        history=[shapes.converted(one, event) for one in events],
        segments=lambda name: segments.get(name) in ("realized", "existing"),
        given={
            "parameter": {
                f"{number}": shapes.converted(value, kind)
                for number, (value, kind) in enumerate(zip(params, kinds, strict=True), start=2)
            }
        },
    )
    now = instant(context.get("now", "2020-01-01T00:00:00Z"))
    text = case["expr"]
    return judge(case, lambda: read(text, scope), lambda: parse(text), person, now, NAMES)


KIND = Kind(run, text_of, expected)
