"""Cases of the profile query language (cases/expressions.README.md)."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.clock import instant
from parcours.core.schema import Kind as TypeKind
from parcours.language.contexts import pql_context
from parcours.language.pql import parse, read
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


def run(case: Case) -> Result:
    """Run one case on every engine."""
    context = pql_context(case.get("context", {}))
    now = instant("2020-01-01T00:00:00Z") if context.now is None else context.now
    text = case["expr"]
    return judge(case, lambda: read(text, context.scope), lambda: parse(text), context.person, now, NAMES)


KIND = Kind(run, text_of, expected)
