"""Filter expressions as rules: one expression for each attribute, all of which must hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import ANY, Schema
from parcours.language.check import Report, check_condition, check_node
from parcours.language.conditions import all_of
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.read import read
from parcours.language.tree import Attribute, Node


def read_filters(
    shape: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    where: str = "filter",
    context: Context | None = None,
) -> Node:
    """The rule of a mapping from attributes (dots step into objects) to filter expressions.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place and span.
    """
    report = Report()
    if not isinstance(shape, Mapping) or not shape:
        report.add(_not_filters(where, shape))
        report.finish(where)
    assert isinstance(shape, Mapping)
    parts = [_filter(str(name), text, schema, f"{where}.{name}", context, report) for name, text in shape.items()]
    report.finish(where)
    node = all_of(*(part for part in parts if part is not None))
    return check_condition(node, schema, segments, where=where)


def _filter(
    name: str, text: object, schema: Schema, where: str, context: Context | None, report: Report
) -> Node | None:
    try:
        field = check_node(Attribute(tuple(name.split(".")), ANY), schema, where=where)
        return read(_text(text, where), Target(field), context)
    except DefinitionError as error:
        for problem in error.problems or (error,):
            report.add(_placed(problem, where))  # type: ignore[arg-type]
        return None


def _text(found: object, where: str) -> str:
    """The expression; YAML reads ``50`` and ``true`` as what they look like."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, str | int | float):
        return str(found)
    raise RuleError(f"expected a filter expression, found {found!r}", code="parse.not-a-text", where=where)


def _placed(problem: DefinitionError, where: str) -> DefinitionError:
    if problem.where is not None:
        return problem
    return type(problem)(problem.message, code=problem.code, where=where, hint=problem.hint, span=problem.span)


def _not_filters(where: str, found: object) -> RuleError:
    return RuleError(
        f"expected filter expressions by attribute, found {found!r}",
        code="not-a-mapping",
        where=where,
        hint='for example: {country: "FR|BE", age: "18..25"}',
    )
