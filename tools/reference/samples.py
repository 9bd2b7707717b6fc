"""Examples of functions as texts of each language: what the pages show and what ``tests/docs`` evaluates.

An example of a declaration becomes a text wherever a language has the function, by itself: the printers write it, and
names of spellings are put before (or behind) the arguments. What a language cannot write as a constant (null and
instants in PQL, objects anywhere) stands under the name of its parameter, and the sample says what it holds.
"""

from __future__ import annotations

import functools
import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from parcours.core.clock import instant
from parcours.core.errors import ParcoursError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Kind,
    Schema,
    Type,
    list_of,
    object_of,
    widest,
)
from parcours.language.functions import registry
from parcours.language.functions.declaration import Function, Spelling
from parcours.language.functions.signatures import ListOfVar, Shape, Var
from parcours.language.journey.print import print_expression
from parcours.language.journey.read import read as read_journey
from parcours.language.journey.scope import JourneyScope
from parcours.language.pql import PqlScope
from parcours.language.pql import read as read_pql
from parcours.language.pql.print import print_pql
from parcours.language.reference import Person, evaluate
from parcours.language.rules.parse import parse_rule
from parcours.language.rules.print import print_value
from parcours.language.tree import Attribute, Call, Given, ListOf, Literal, Node, Now, walk
from tools.reference.failures import FAILURES

LANGUAGES = ("journey", "pql", "tree")
#: The event whose payload holds what a sample of the journey language cannot write as a constant.
EVENT = "sample"
_PLAIN = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, str: STRING, date: DATE_ONLY, timedelta: DURATION}
#: The journey language writes numbers out; from here on they are too long to read.
_LONG = 1e15
_NOW = datetime(2024, 5, 17, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """One example in one language.

    Attributes:
        function: the name in the registry.
        text: what is written; for the rule tree a VALUE as plain data.
        result: the value, or how evaluation fails.
        given: values that the text names, with their types.
        now: the instant of evaluation; ``None`` where it makes no difference.
        events: the events of the profile.
        segments: the segments that the profile is a member of.
    """

    function: str
    language: str
    text: Any
    result: Any
    given: Mapping[str, tuple[Any, Type]] = field(default_factory=dict)
    now: datetime | None = None
    events: tuple[Mapping[str, Any], ...] = ()
    segments: frozenset[str] = frozenset()

    def node(self) -> Node:
        """The text as the language reads it."""
        types = {name: type_ for name, (_, type_) in self.given.items()}
        match self.language:
            case "journey":
                return read_journey(self.text, JourneyScope(events={EVENT: object_of(types)}))
            case "pql":
                return read_pql(self.text, PqlScope(profile=object_of(types), events=self._event()))
            case _:
                known = parse_rule({"call": "is_null", "args": [self.text]}, Schema(types))
                assert isinstance(known, Call)
                return known.args[0]

    def value(self) -> Any:
        """What the reference makes of the text.

        Raises:
            EvaluationError: as the text says.
        """
        values = {name: value for name, (value, _) in self.given.items() if value is not None}
        person = Person(
            attributes=values,
            given={"event": {EVENT: values}},
            history=[dict(event) for event in self.events],
            segments=lambda name: name in self.segments,
        )
        return evaluate(self.node(), person, instant(self.now or _NOW))

    def _event(self) -> Type:
        return type_of([dict(event) for event in self.events]).element or object_of({})


def samples(function: Function) -> Iterator[Sample]:
    """Every example of the declaration, and how evaluation fails, in every language that has the function."""
    for language in LANGUAGES:
        found = dict[str, Sample]()
        for args, result in (*function.examples, *FAILURES.get(function.name, ())):
            for sample in _written(function, language, args, result):
                found.setdefault(str(sample.text) + str(sample.given), sample)
        yield from found.values()


@functools.cache
def samples_of(name: str) -> tuple[Sample, ...]:
    return tuple(samples(registry.get(name)))


def spellings(function: Function, language: str) -> list[Spelling]:
    return [spelling for spelling in function.spellings if spelling.language == language]


def type_of(value: Any) -> Type:
    """The type that the value of an example has by itself."""
    if isinstance(value, list):
        element = NULL
        for item in value:
            element = widest(element, type_of(item)) or NULL
        return list_of(element)
    if isinstance(value, dict):
        return object_of({name: type_of(item) for name, item in value.items()})
    if isinstance(value, datetime):
        return DATE_TIME_ONLY if value.tzinfo is None else DATE_TIME if value.tzinfo is UTC else OFFSET_TIME
    return _PLAIN.get(type(value), NULL)


# --- texts ---------------------------------------------------------------------------------------------


def _written(function: Function, language: str, args: Sequence[Any], result: Any) -> Iterator[Sample]:
    """The ways to write a call in a language, if it has any; each spelling once, else as an operator."""
    own = spellings(function, language)
    for spelling in own or (None,):
        for named in (False, True):
            sample = _sample(function, language, args, result, spelling, named)
            if sample is not None:
                yield sample
                break


def _sample(
    function: Function, language: str, args: Sequence[Any], result: Any, spelling: Spelling | None, named: bool
) -> Sample | None:
    now = spelling is not None and spelling.now
    types = _types(function, args)
    names = _names(function, args)
    nodes: list[Node] = [
        _named(name, type_, language) if named or not _is_constant(value, language) else _literal(value)
        for value, name, type_ in zip(args, names, types, strict=True)
    ]
    if now:
        nodes[0] = Now()
    given = {
        name: (value, type_)
        for value, name, type_, node in zip(args, names, types, nodes, strict=True)
        if isinstance(node, Attribute | Given)
    }
    try:
        text = _text(function, language, nodes, spelling)
        sample = Sample(function.name, language, text, result, given, args[0] if now else None)
        return sample if _calls(sample.node(), function) else None
    except ParcoursError:
        return None


def _text(function: Function, language: str, nodes: Sequence[Node], spelling: Spelling | None) -> Any:
    if spelling is None or language == "tree":
        node = Call(function.name, tuple(nodes), registry.resolve(function.name, [node.type for node in nodes]))
        return _printed(node, language)
    first, *rest = (_printed(node, language) for node in nodes) if nodes else ("",)
    if spelling.now:
        return f"{spelling.name}({', '.join(rest)})"
    if spelling.method:
        return f"{first}.{spelling.name}({', '.join(rest)})"
    return f"{spelling.name}({', '.join([first, *rest])})"


def _printed(node: Node, language: str) -> Any:
    if language == "tree":
        return print_value(node)
    return print_expression(node) if language == "journey" else print_pql(node)


def _calls(node: Node, function: Function) -> bool:
    """Whether the text means this function, and not another that says the same."""
    return any(isinstance(part, Call) and part.function == function.name for part in walk(node))


# --- arguments -----------------------------------------------------------------------------------------


def _is_constant(value: Any, language: str) -> bool:
    """Whether the language writes the value as a constant that says it."""
    if isinstance(value, list):
        return all(_is_constant(item, language) for item in value)
    if isinstance(value, dict):
        return False
    if language == "pql":
        return not (value is None or isinstance(value, datetime | timedelta))
    return language == "tree" or not isinstance(value, float) or abs(value) < _LONG


def _literal(value: Any) -> Node:
    if isinstance(value, list):
        return ListOf(tuple(_literal(item) for item in value), type_of(value))
    return Literal(value, type_of(value))


def _named(name: str, type_: Type, language: str) -> Node:
    if language == "journey":
        return Given(("event", EVENT, name), type_)
    return Attribute((name,), type_)


def _types(function: Function, args: Sequence[Any]) -> list[Type]:
    """The types of the arguments; those of null are taken from other examples."""
    return [_known_type(function, position, value) for position, value in enumerate(args)]


def _known_type(function: Function, position: int, value: Any) -> Type:
    own = type_of(value)
    if own.kind is not Kind.NULL and not (own.element and own.element.kind is Kind.NULL):
        return own
    others = [type_of(args[position]) for args, _ in function.examples if len(args) > position]
    declared = [params[position].type for s in function.signatures if len(params := s.params) > position]
    known = [
        type_
        for type_ in (*others, *declared)
        if isinstance(type_, Type)
        and type_.kind is not Kind.NULL
        and not (type_.element and type_.element.kind is Kind.NULL)
        and (own.kind is Kind.NULL or own.kind is type_.kind)
    ]
    return known[0] if known else list_of(STRING) if own.kind is Kind.LIST else STRING


def _names(function: Function, args: Sequence[Any]) -> list[str]:
    """The parameters' names, each once, and none that is a word of the language."""
    fitting = [params for s in function.signatures if (params := s.params_for(len(args))) is not None]
    names = list[str]()
    for position in range(len(args)):
        name = fitting[0][position].name.replace(" ", "_") if fitting else f"value_{position + 1}"
        name = f"the_{name}" if keyword.iskeyword(name) or name in ("list", "map", "now", "this", "last") else name
        others = sum(known.partition("_")[0] == name.partition("_")[0] for known in names)
        names.append(f"{name}_{others + 1}" if name in names else name)
    return names


# --- operators -----------------------------------------------------------------------------------------

#: What stands for a variable of a signature, one after the other.
_SCALARS = (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME_ONLY, OFFSET_TIME, DATE_TIME, DURATION)


@dataclass(frozen=True)
class Operator:
    """How a language writes a function that it has no name for: the names of the parameters and what stands between
    them, and the types with which it is read as this function."""

    text: str
    types: tuple[tuple[tuple[Type, ...], Type], ...]


def operators(function: Function, language: str) -> list[Operator]:
    """The ways to write the function with signs and words, in the order of its signatures."""
    found: dict[str, dict[tuple[Type, ...], Type]] = {}
    for types in dict.fromkeys(_arguments(function)):
        names = [name.replace("the_", "") for name in _names(function, types)]
        nodes = [_named(name, type_, language) for name, type_ in zip(names, types, strict=True)]
        given = {name: (None, type_) for name, type_ in zip(names, types, strict=True)}
        try:
            text = _text(function, language, nodes, None)
            node = Sample(function.name, language, text, None, given).node()
        except ParcoursError:
            continue
        if _calls(node, function) and text != _printed(nodes[0], language):
            found.setdefault(" ".join(str(text).split()), {})[types] = node.type
    return [Operator(text, tuple(types.items())) for text, types in found.items()]


def _arguments(function: Function) -> Iterator[tuple[Type, ...]]:
    """Types that the arguments may have, from the signatures and from the examples."""
    for one in function.signatures:
        params = one.params_for(max(2, len(one.params)) + len(one.closing) if one.repeats else len(one.params))
        if params is not None:
            yield from _bound([param.type for param in params])
    for args, _ in function.examples:
        yield tuple(_types(function, args))


def _bound(shapes: Sequence[Shape]) -> Iterator[tuple[Type, ...]]:
    if any(not isinstance(shape, Type | Var | ListOfVar) for shape in shapes):
        return
    for stands in _SCALARS:
        found = tuple(_standing(shape, stands) for shape in shapes)
        if None not in found:
            yield found  # type: ignore[misc]


def _standing(shape: Shape, stands: Type) -> Type | None:
    if isinstance(shape, Type):
        return shape
    var = shape.element if isinstance(shape, ListOfVar) else shape
    if not isinstance(var, Var) or (var.kinds is not None and stands.kind not in var.kinds):
        return None
    return list_of(stands) if isinstance(shape, ListOfVar) else stands
