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
from typing import Any, TypeAlias

from parcours.core.errors import DefinitionError, ParcoursError, RuleError, nearest
from parcours.core.schema import (
    BOOLEAN,
    Kind,
    Schema,
    Type,
)
from parcours.language.check import check_condition, check_node, check_row_condition
from parcours.language.filters.print import format_filter, print_filters
from parcours.language.filters.rules import read_filters
from parcours.language.journey.layout import format as format_journey
from parcours.language.journey.print import print_expression
from parcours.language.journey.rules import read_row_rule as read_journey_row
from parcours.language.journey.rules import read_rule as read_journey
from parcours.language.journey.rules import read_value as read_journey_value
from parcours.language.lower import lower
from parcours.language.pql.format import format as format_pql
from parcours.language.pql.print import print_pql
from parcours.language.pql.read import read as read_query
from parcours.language.pql.rules import read_row_rule as read_pql_row
from parcours.language.pql.rules import read_rule as read_pql
from parcours.language.pql.scope import PqlScope
from parcours.language.rules.parse import DEPTH_LIMIT, SIZE_LIMIT, parse_row_rule, parse_rule, parse_value
from parcours.language.rules.print import print_rule
from parcours.language.rules.vocabulary import GROUPS
from parcours.language.runs import RunScope, of_run, refuse_asking
from parcours.language.tree import Literal, Node
from parcours.language.wanted import as_wanted

#: The written rule, the schema, the segments it may refer to (``None``: any), how problems name its place, and what it
#: may read of a run, where it is the rule of a journey.
Reader: TypeAlias = Callable[[object, Schema, Collection[str] | None, str, RunScope | None], Node]
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


def _read_tree(
    shape: object, schema: Schema, segments: Collection[str] | None, where: str, run: RunScope | None
) -> Node:
    """A rule tree, in whose groups rules in other languages may stand: ``{all: [{segment: silver}, {pql: "…"}]}``."""
    reading = _Mixed(schema, segments, run)
    spelled_out = reading.spelled_out(shape, where)
    try:
        node = parse_rule(spelled_out, schema, segments, where, None if run is None else run.beside())
    except DefinitionError as error:
        if not reading.problems:
            raise
        reading.problems += error.problems or (error,)
    if not reading.problems:
        return _of_run(node, where, run)
    count = "1 problem" if len(reading.problems) == 1 else f"{len(reading.problems)} problems"
    raise DefinitionError(f"the rule has {count}", code="bad-rule", where=where, problems=reading.problems)


def _read_pql(rule: object, schema: Schema, segments: Collection[str] | None, where: str, _: RunScope | None) -> Node:
    return read_pql(rule, schema, segments, where)


def _read_filter(
    rule: object, schema: Schema, segments: Collection[str] | None, where: str, _: RunScope | None
) -> Node:
    return read_filters(rule, schema, segments, where)


def _of_run(node: Node, where: str, run: RunScope | None) -> Node:
    if run is None:
        return node
    refuse_asking(node, run, where)
    return of_run(node, run)


class _Mixed:
    """Reads the rules in other languages that stand in the groups of a rule tree, and keeps their problems."""

    def __init__(self, schema: Schema, segments: Collection[str] | None, run: RunScope | None) -> None:
        self._schema, self._segments, self._run = schema, segments, run
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
            return read_rule(shape, self._schema, self._segments, where=where, run=self._run)
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
        FrontEnd("pql", _read_pql, print_pql, read_pql_row, format_pql),
        FrontEnd("filter", _read_filter, print_filters, format=format_filter),
    )
}


def read_rule(
    rule: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    language: str | None = None,
    where: str = "rule",
    run: RunScope | None = None,
) -> Node:
    """The typed tree of a rule about a profile, in whatever language it is written.

    Args:
        rule: a text or plain data in ``language``; without ``language`` a rule tree, a mapping that names the language
            (``{pql: "…"}``), or a node, which is checked anew.
        schema: the attributes and event types that exist.
        segments: the segments a rule may refer to; ``None`` accepts any.
        language: one of :data:`FRONT_ENDS`.
        where: how problems name the place of the rule.
        run: what the rule may read of a run, where it is a rule of a journey.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place.
    """
    if isinstance(rule, Node):
        beside = None if run is None else run.beside()
        return _of_run(check_condition(rule, schema, segments, where=where, beside=beside), where, run)
    name, written, place = spoken(rule, language, where)
    with showing(written, place):
        return front_end(name, where).read(written, schema, segments, place, run)


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


def is_expression(value: object) -> bool:
    """Whether :func:`read_value` reads this: a node, or a mapping with the name of a language of values as its only
    key, ``{journey: "…"}``, ``{pql: "…"}``, ``{tree: {attribute: city}}``. Anything else stands for itself."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return isinstance(value, Node)
    ((name, written),) = value.items()
    return name in _VALUES and isinstance(written, str if name != TREE else Mapping)


def read_value(
    value: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    usage: str | None = None,
    zone: str | None = None,
    where: str = "value",
    run: RunScope | None = None,
    wanted: Type | None = None,
) -> Node:
    """The typed tree of an expression about a profile that stands where a value is wanted: ``{journey: "…"}``.

    Args:
        value: what :func:`is_expression` accepts; a node is checked anew.
        schema, segments: see :func:`read_rule`.
        usage: ``text``: any value that can be written as a text, as text. ``value``: a value of any type, kept as it
            is. ``time``: an instant (the type is then ``DATE_TIME``) or a local time (``DATE_TIME_ONLY``), for which
            a date is its midnight. Without a usage a text, with ``zone`` a time.
        zone: of a ``time``: local times are read in this zone, so that it is always an instant.
        where: how problems name the place of the expression.
        run: what the expression may read of a run, where it is one of a journey.
        wanted: of a ``value``: the type that it must be of; an integer is a decimal, and of a value of unknown type it
            is seen when it is evaluated.

    Raises:
        DefinitionError: the expression cannot be accepted; ``problems`` holds every problem with its place.
    """
    usage = usage or ("text" if zone is None else "time")
    if isinstance(value, Node):
        beside = None if run is None else run.beside()
        node = check_node(value, schema, segments, where=where, beside=beside)
        return lower(as_wanted(_of_run(node, where, run), usage, zone, where, wanted), schema)
    if not is_expression(value):
        forms = " or ".join(f'{{{language}: "…"}}' for language in _VALUES if language != TREE)
        problem = RuleError(f"expected an expression, found {value!r:.60}", code="no-language", where=where, hint=forms)
        raise DefinitionError("the value has 1 problem", code="bad-rule", where=where, problems=[problem])
    assert isinstance(value, Mapping)
    ((name, written),) = value.items()
    place = f"{where}.{name}"
    with showing(written, place):
        node = _VALUES[name](written, schema, segments, usage, place, run)
        return lower(as_wanted(node, usage, zone, place, wanted), schema)


#: The written value, the schema, the segments, the usage, how problems name its place, and what it may read of a run.
_ValueReader: TypeAlias = Callable[[Any, Schema, Collection[str] | None, str, str, RunScope | None], Node]


def _tree_value(
    shape: object, schema: Schema, segments: Collection[str] | None, _: str, where: str, run: RunScope | None
) -> Node:
    return _of_run(parse_value(shape, schema, segments, where, None if run is None else run.beside()), where, run)


def _journey_value(
    text: str, schema: Schema, segments: Collection[str] | None, usage: str, where: str, run: RunScope | None
) -> Node:
    node = read_journey_value(text, schema, segments, where=where, run=run)
    if usage == "time" and node.type.kind in (Kind.ANY, Kind.NULL):  # of a value of no known type it is a local time
        return read_journey_value(text, schema, segments, usage="timer", where=where, run=run)
    return node


def _pql_value(
    text: str, schema: Schema, segments: Collection[str] | None, _: str, where: str, run: RunScope | None
) -> Node:
    return read_query(text, PqlScope.of_schema(schema, segments), where=where)


_VALUES: Mapping[str, _ValueReader] = {"journey": _journey_value, "pql": _pql_value, TREE: _tree_value}


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
