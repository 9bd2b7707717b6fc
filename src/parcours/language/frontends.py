"""The languages that rules are written in, and which one a given rule is written in.

A rule in a definition file is a rule tree, or a mapping with the name of another language as its only key:
``{journey: "…"}``, ``{pql: "…"}``, ``{filter: {country: "FR|BE"}}``. Such a mapping may also stand in the groups of a
rule tree: ``{all: [{segment: silver}, {pql: "…"}]}``.

Problems in a text carry its span and the text itself (``problem.source``), so that they can be shown with a caret.

To add a language: its package with a reader and a printer, and its line in :data:`FRONT_ENDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from parcours.core.errors import DefinitionError, ParcoursError, RuleError, nearest
from parcours.core.schema import BOOLEAN, DATE_TIME, OFFSET_TIME, STRING, Kind, Schema
from parcours.language.check import check_condition, check_row_condition
from parcours.language.filters.print import format_filter, print_filters
from parcours.language.filters.rules import read_filters
from parcours.language.journey.layout import format as format_journey
from parcours.language.journey.print import print_expression
from parcours.language.journey.read import read as read_expression
from parcours.language.journey.rules import read_row_rule as read_journey_row
from parcours.language.journey.rules import read_rule as read_journey
from parcours.language.journey.scope import JourneyScope
from parcours.language.lower import lower
from parcours.language.pql.format import format as format_pql
from parcours.language.pql.print import print_pql
from parcours.language.pql.read import read as read_query
from parcours.language.pql.rules import read_row_rule as read_pql_row
from parcours.language.pql.rules import read_rule as read_pql
from parcours.language.pql.scope import PqlScope
from parcours.language.rules.parse import DEPTH_LIMIT, SIZE_LIMIT, parse_row_rule, parse_rule
from parcours.language.rules.print import print_rule
from parcours.language.rules.vocabulary import GROUPS
from parcours.language.tree import Call, Literal, Node

#: The written rule, the schema, the segments it may refer to (``None``: any), and how problems name its place.
Reader: TypeAlias = Callable[[object, Schema, Collection[str] | None, str], Node]
#: The same for a rule about single events of a type.
RowReader: TypeAlias = Callable[[object, str, Schema, str], Node]


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """One language: how its rules about profiles (and about single events) are read, and how trees are printed.

    ``format`` lays out a text of the language; of languages without texts there is none.
    """

    name: str
    read: Reader
    print: Callable[[Node], object]
    read_row: RowReader | None = None
    format: Callable[[str], str] | None = None


def _read_tree(shape: object, schema: Schema, segments: Collection[str] | None, where: str) -> Node:
    """A rule tree, in whose groups rules in other languages may stand: ``{all: [{segment: silver}, {pql: "…"}]}``."""
    reading = _Mixed(schema, segments)
    spelled_out = reading.spelled_out(shape, where)
    try:
        node = parse_rule(spelled_out, schema, segments, where)
    except DefinitionError as error:
        if not reading.problems:
            raise
        reading.problems += error.problems or (error,)
    if not reading.problems:
        return node
    count = "1 problem" if len(reading.problems) == 1 else f"{len(reading.problems)} problems"
    raise DefinitionError(f"the rule has {count}", code="bad-rule", where=where, problems=reading.problems)


class _Mixed:
    """Reads the rules in other languages that stand in the groups of a rule tree, and keeps their problems."""

    def __init__(self, schema: Schema, segments: Collection[str] | None) -> None:
        self._schema, self._segments = schema, segments
        self._room = SIZE_LIMIT
        self.problems: list[ParcoursError] = []

    def spelled_out(self, shape: object, where: str, depth: int = 0) -> object:
        """The rule tree with nodes in place of the rules in other languages. Of what is too large, nothing is read."""
        self._room -= 1
        if not isinstance(shape, Mapping) or len(shape) != 1 or depth > DEPTH_LIMIT or self._room < 0:
            return shape
        key, found = next(iter(shape.items()))
        if key in FRONT_ENDS and key != TREE:
            return self._read(shape, where)
        if key == "not":
            return {key: self.spelled_out(found, f"{where}.not", depth + 1)}
        if key in GROUPS and isinstance(found, list | tuple):
            places = [f"{where}.{key}[{number}]" for number in range(len(found))]
            return {key: [self.spelled_out(part, place, depth + 1) for part, place in zip(found, places, strict=True)]}
        return shape

    def _read(self, shape: Mapping[str, object], where: str) -> Node:
        try:
            return read_rule(shape, self._schema, self._segments, where=where)
        except DefinitionError as error:
            self.problems += error.problems or (error,)
            return Literal(True, BOOLEAN)


#: The language of rules that are no text.
TREE = "tree"
FRONT_ENDS: Mapping[str, FrontEnd] = {
    front_end.name: front_end
    for front_end in (
        FrontEnd(TREE, _read_tree, print_rule, parse_row_rule),
        FrontEnd("journey", read_journey, print_expression, read_journey_row, format_journey),
        FrontEnd("pql", read_pql, print_pql, read_pql_row, format_pql),
        FrontEnd("filter", read_filters, print_filters, format=format_filter),
    )
}


def read_rule(
    rule: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    language: str | None = None,
    where: str = "rule",
) -> Node:
    """The typed tree of a rule about a profile, in whatever language it is written.

    Args:
        rule: a text or plain data in ``language``; without ``language`` a rule tree, a mapping that names the language
            (``{pql: "…"}``), or a node, which is checked anew.
        schema: the attributes and event types that exist.
        segments: the segments a rule may refer to; ``None`` accepts any.
        language: one of :data:`FRONT_ENDS`.
        where: how problems name the place of the rule.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place.
    """
    if isinstance(rule, Node):
        return check_condition(rule, schema, segments, where=where)
    name, written, place = spoken(rule, language, where)
    with showing(written, place):
        return front_end(name, where).read(written, schema, segments, place)


def read_row_rule(
    rule: object, event: str, schema: Schema, *, language: str | None = None, where: str = "where"
) -> Node:
    """The typed tree of a rule about a single event of type ``event``, as :func:`read_rule` reads it.

    Raises:
        DefinitionError: the rule cannot be accepted, or the language has no rules about single events.
    """
    if isinstance(rule, Node):
        return check_row_condition(rule, event, schema, where=where)
    name, written, place = spoken(rule, language, where)
    reader = front_end(name, where).read_row
    if reader is None:
        raise DefinitionError(
            f"a rule about single events cannot be written in {name}",
            code="no-row-rules",
            where=where,
            hint="write it as a rule tree: {field: total, at_least: 50}",
        )
    with showing(written, place):
        return reader(written, event, schema, place)


def read_value(
    value: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    zone: str | None = None,
    where: str = "value",
) -> Node:
    """The typed tree of an expression about a profile that stands where a value is wanted: ``{journey: "…"}``.

    Args:
        value: a mapping with the name of a text language as its only key.
        schema, segments: see :func:`read_rule`.
        zone: an instant is wanted; local times are read in this zone. Without it a text is wanted, and any value is
            written as one.
        where: how problems name the place of the expression.

    Raises:
        DefinitionError: the expression cannot be accepted; ``problems`` holds every problem with its place.
    """
    name, written, place = spoken(value, None, where)
    if name not in _VALUES or not isinstance(written, str):
        forms = " or ".join(f'{{{language}: "…"}}' for language in _VALUES)
        problem = RuleError(f"expected an expression, found {value!r:.60}", code="no-language", where=where, hint=forms)
        raise DefinitionError("the value has 1 problem", code="bad-rule", where=where, problems=[problem])
    with showing(written, place):
        return _VALUES[name](written, schema, segments, zone, place)


def _journey_value(text: str, schema: Schema, segments: Collection[str] | None, zone: str | None, where: str) -> Node:
    scope = JourneyScope(profile=schema, segments=segments, strict=True)
    node = read_expression(text, scope, usage="action" if zone is None else "timer", where=where)
    return lower(_as_wanted(node, zone, where), schema)


def _pql_value(text: str, schema: Schema, segments: Collection[str] | None, zone: str | None, where: str) -> Node:
    node = read_query(text, PqlScope.of_schema(schema, segments), where=where)
    return lower(_as_wanted(node, zone, where), schema)


_VALUES = {"journey": _journey_value, "pql": _pql_value}
_INSTANTS = (Kind.DATE_TIME, Kind.OFFSET_TIME)
_LOCAL = (Kind.DATE_TIME_ONLY, Kind.DATE_ONLY)


def _as_wanted(node: Node, zone: str | None, where: str) -> Node:
    """The value as a text, or as an instant."""
    kind = node.type.kind
    if zone is None and kind not in (Kind.LIST, Kind.OBJECT, Kind.MAP):
        return node if kind is Kind.STRING else Call("text_of", (node,), STRING)
    if zone is not None and kind in _LOCAL:
        node = Call("to_date_time", (Literal(zone, STRING), node), OFFSET_TIME)
    if zone is not None and node.type.kind in _INSTANTS:
        return node if node.type.kind is Kind.DATE_TIME else Call("instant_of", (node,), DATE_TIME)
    wanted = "a text, number, date or truth value" if zone is None else "a date or time"
    problem = RuleError(f"expected {wanted}, found {node.type}", code="type.bad-usage", where=where)
    raise DefinitionError("the value has 1 problem", code="bad-rule", where=where, problems=[problem])


@contextmanager
def showing(written: object, place: str) -> Iterator[None]:
    """Gives each problem that is raised inside the text that its span counts in; ``place`` is where that is written."""
    try:
        yield
    except DefinitionError as error:
        for problem in (error, *error.problems):
            if problem.span is not None and problem.source is None:
                problem.source = _text_at(written, (problem.where or place).removeprefix(f"{place}."))
        raise


def _text_at(written: object, name: str) -> str | None:
    found = written.get(name) if isinstance(written, Mapping) else written
    return found if isinstance(found, str) else None


def print_in(node: Node, language: str) -> object:
    """The rule in ``language``: a text, or plain data.

    Raises:
        DefinitionError: there is no such language, or it cannot say this (code ``not-expressible``).
    """
    return front_end(language).print(node)


def front_end(name: str, where: str | None = None) -> FrontEnd:
    """The language of that name.

    Raises:
        DefinitionError: there is none (code ``unknown-language``).
    """
    if name not in FRONT_ENDS:
        raise DefinitionError(
            f"there is no language {name!r}", code="unknown-language", where=where, hint=nearest(name, FRONT_ENDS)
        )
    return FRONT_ENDS[name]


def spoken(rule: object, language: str | None, where: str) -> tuple[str, object, str]:
    """The language of a rule, what is written in it, and the place of that.

    Raises:
        DefinitionError: a text without its language.
    """
    if language is not None:
        return language, rule, where
    if isinstance(rule, Mapping) and len(rule) == 1:
        key = next(iter(rule))
        if key in FRONT_ENDS and key != TREE:
            return str(key), rule[key], f"{where}.{key}"
    if isinstance(rule, str):
        names = [f"{{{name}: …}}" for name in FRONT_ENDS if name != TREE]
        problem = RuleError(
            "the rule is a text, and nothing says in which language",
            code="no-language",
            where=where,
            hint="name it: " + " or ".join(names),
        )
        raise DefinitionError("the rule has 1 problem", code="bad-rule", where=where, problems=[problem])
    return TREE, rule, where
