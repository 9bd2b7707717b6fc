"""Cases of the journey expression language (cases/expressions.README.md)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from parcours.core.clock import instant
from parcours.core.schema import Kind as TypeKind
from parcours.language.contexts import journey_context, shapes
from parcours.language.journey.parse import parse
from parcours.language.journey.read import read
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


def _drawn(source: random.Random, kind: str, site: int) -> Any:
    return source.random() if kind == "random" else str(uuid.UUID(int=source.getrandbits(128), version=4))


def run(case: Case) -> Result:
    """Run one case on every engine."""
    context = journey_context(case.get("context", {}), partial(_drawn, random.Random(0)))
    now = instant("2020-01-01T00:00:00Z") if context.now is None else context.now
    text = case["expr"]
    return judge(
        case,
        lambda: read(text, context.scope, usage=case.get("usage")),
        lambda: parse(text),
        context.person,
        now,
        NAMES,
    )


KIND = Kind(run, text_of, expected)
