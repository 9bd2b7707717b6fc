"""A text of the journey expression language -> the typed tree: names looked up and types checked.

All problems of a text are collected and raised together (expression-language.md, sections 4 to 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parcours.core.errors import Span
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
)
from parcours.language.check.problems import Problems
from parcours.language.functions import registry
from parcours.language.functions.iso import read_moment
from parcours.language.journey import ast, operators
from parcours.language.journey import type_errors as errors
from parcours.language.journey.calls import LANGUAGE, Argument, typed_call
from parcours.language.journey.fitting import (
    BROKEN,
    can_be,
    chosen,
    fitted,
    moment_beside,
    settled,
    undecided,
    with_offset,
)
from parcours.language.journey.moving import windowed
from parcours.language.journey.parse import parsed
from parcours.language.journey.references import References
from parcours.language.journey.scope import JourneyScope
from parcours.language.journey.types import SCALARS, UNKNOWN, common, is_structured, joined, mixed_numbers
from parcours.language.tree import Call, Chance, ListOf, Literal, Member, Membership, Node

#: What an expression is used for, and the type that it must have there.
USAGES: dict[str, Type] = {"condition": BOOLEAN, "timer": DATE_TIME_ONLY, "action": ANY}
#: What is written as a function, but is none.
FORMS = ("date", "inSegment", "segmentStatus", "random", "uuid")
#: The forms about a segment, whose name they are given.
_OF_SEGMENTS: Mapping[str, type[Member] | type[Membership]] = {"inSegment": Member, "segmentStatus": Membership}


def read(text: str, scope: JourneyScope, *, usage: str | None = None, where: str = "expression") -> Node:
    """The typed tree of an expression.

    Args:
        text: the expression.
        scope: what it may refer to.
        usage: ``condition`` (boolean), ``timer`` (dateTimeOnly) or ``action`` (any type, as without a usage).
        where: what errors call the text.

    Raises:
        DefinitionError: the expression cannot be accepted; ``problems`` holds every problem with span and hint. Codes
            begin with ``parse.`` when the text is not in the grammar, else with ``type.``.
        KeyError: there is no such usage.
    """
    return read_inside(text, scope, None, usage=usage, where=where)


def read_inside(
    text: str, scope: JourneyScope, row: Type | None, *, usage: str | None = None, where: str = "expression"
) -> Node:
    """:func:`read`, where ``currentEventField`` may stand for a row of type ``row``, ``Field`` with ``up=0``."""
    wanted = ANY if usage is None else USAGES[usage]
    problems = Problems(text, where)
    expression = parsed(text, problems)
    problems.finish()
    checker = Checker(scope, problems)
    if row is not None:
        checker.references.enter("event", row)
    node = checker.read(expression)
    if usage is not None and not can_be(node, wanted):
        problems.add(*errors.bad_usage(usage, wanted, node.type, expression.span))
    problems.finish()
    return with_offset(settled(fitted(node, wanted)))


def function_names() -> Sequence[str]:
    """What can be written before a parenthesis, for completion and hints."""
    return [*FORMS, *registry.spelled(LANGUAGE)]


@dataclass
class Checker:
    """Turns what a text says into typed nodes; a part with a problem becomes a value of unknown type."""

    scope: JourneyScope
    problems: Problems
    chances: int = 0

    def __post_init__(self) -> None:
        self.references = References(self.scope, self.problems, self.read, self.asked)

    def read(self, expression: ast.Expression) -> Node:
        """The typed node of an expression."""
        match expression:
            case ast.Constant(value=value):
                return Literal(value, _type_of(value))
            case ast.Group(inner=inner):
                return self.read(inner)
            case ast.Items(items=items):
                return self.list_of(items, expression.span)
            case ast.Chain(sign=sign, operands=operands):
                return windowed(Call(sign, tuple(self.asked(operand, BOOLEAN) for operand in operands), BOOLEAN))
            case ast.Prefix(sign="not", operand=operand):
                return Call("not", (self.asked(operand, BOOLEAN),), BOOLEAN)
            case ast.Prefix() | ast.Test() | ast.Binary():
                return self.operator(expression)
            case ast.Conditional():
                return self.conditional(expression)
            case ast.Application():
                return self.application(expression)
            case ast.Reference() | ast.Current():
                return self.references.read(expression)
            case ast.Missing():
                return BROKEN

    def asked(self, expression: ast.Expression, wanted: Type) -> Node:
        """The typed node of an expression that must be of type ``wanted``."""
        node = self.read(expression)
        if not can_be(node, wanted):
            self.problems.add(*errors.expected(wanted, node.type, expression.span))
            return BROKEN
        return fitted(node, wanted)

    # --- operators ---

    def operator(self, expression: ast.Prefix | ast.Test | ast.Binary) -> Node:
        if isinstance(expression, ast.Binary):
            return self.binary(expression)
        operand = self.read(expression.operand)
        if isinstance(expression, ast.Test):
            node, wanted = operators.test(expression.sign, operand), "a list"
        else:
            node, wanted = operators.negative(operand), "a number"
        if node is None:
            self.problems.add(*errors.bad_operand(expression.sign, wanted, operand.type, expression.span))
        return node or BROKEN

    def binary(self, expression: ast.Binary) -> Node:
        left, right = self.read(expression.left), self.read(expression.right)
        node = operators.binary(expression.sign, left, right)
        if node is None:
            hint = operators.hint(expression.sign, left.type, right.type)
            self.problems.add(*errors.bad_operands(expression.sign, left.type, right.type, expression.span, hint))
        return BROKEN if node is None else windowed(node)

    def conditional(self, expression: ast.Conditional) -> Node:
        test = self.asked(expression.test, BOOLEAN)
        then, otherwise = self.read(expression.then), self.read(expression.otherwise)
        for branch, node in ((expression.then, then), (expression.otherwise, otherwise)):
            if is_structured(node.type):
                self.problems.add(*errors.bad_branch(node.type, branch.span))
        then, otherwise = moment_beside(then, otherwise.type), moment_beside(otherwise, then.type)
        if undecided(then, otherwise):
            return chosen("if", (test,), (then, otherwise))
        if mixed_numbers(then.type, otherwise.type):
            return Call("if", (test, then, otherwise), DECIMAL)
        type_ = joined(then.type, otherwise.type)
        if type_ is None:
            self.problems.add(*errors.branches(then.type, otherwise.type, expression.span))
            return BROKEN
        return Call("if", (test, fitted(then, type_), fitted(otherwise, type_)), type_)

    # --- lists and calls ---

    def list_of(self, items: Sequence[ast.Expression], span: Span) -> Node:
        nodes = [settled(self.read(item)) for item in items]
        wrong = False
        for item, node in zip(items, nodes, strict=True):
            if node.type.kind not in (*SCALARS, *UNKNOWN):
                self.problems.add(*errors.not_an_element(node.type, item.span))
                wrong = True
        type_ = common(node.type for node in nodes)
        if type_ is None and not wrong:
            self.problems.add(*errors.mixed_list([node.type for node in nodes], span))
        if type_ is None or wrong:
            return BROKEN
        return ListOf(tuple(fitted(node, type_) for node in nodes), list_of(type_))

    def application(self, call: ast.Application) -> Node:
        if call.name == "date":
            return self.date(call)
        args = [Argument(self.read(arg), arg.span, _is_reference(arg)) for arg in call.args]
        if call.name in FORMS:
            return self.form(call, args)
        if call.name not in registry.spelled(LANGUAGE):
            self.problems.add(*errors.unknown_function(call.name, call.name_span, function_names()))
            return BROKEN
        node = typed_call(call.name, args, call.span, self.problems)
        return BROKEN if node is None else windowed(node)

    def date(self, call: ast.Application) -> Node:
        """``date("…")`` is a literal: the text of its argument picks the type (D9)."""
        if len(call.args) != 1:
            self.problems.add(*errors.wrong_count("date", (1,), len(call.args), call.span))
            return BROKEN
        argument = call.args[0]
        text = argument.value if isinstance(argument, ast.Constant) else None
        if not isinstance(text, str):
            self.problems.add(*errors.not_constant("date", "a text", "2021-02-19", argument.span))
            return BROKEN
        moment = read_moment(text)
        if moment is None:
            self.problems.add(*errors.bad_date(text, argument.span))
            return BROKEN
        if not isinstance(moment, datetime):
            return Literal(moment, DATE_ONLY)
        return Literal(moment, DATE_TIME_ONLY if moment.tzinfo is None else OFFSET_TIME)

    def form(self, call: ast.Application, args: Sequence[Argument]) -> Node:
        """``inSegment("…")``, ``segmentStatus("…")``, ``random()`` and ``uuid()``."""
        count = 1 if call.name in _OF_SEGMENTS else 0
        if len(args) != count:
            self.problems.add(*errors.wrong_count(call.name, (count,), len(args), call.span))
            return BROKEN
        if call.name in _OF_SEGMENTS:
            return self.member(call.name, args[0])
        self.chances += 1
        return Chance(call.name, self.chances - 1, DECIMAL if call.name == "random" else STRING)

    def member(self, form: str, argument: Argument) -> Node:
        name = argument.node.value if isinstance(argument.node, Literal) else None
        if not isinstance(name, str):
            self.problems.add(*errors.not_constant(form, "the name of a segment", "silver", argument.span))
            return BROKEN
        known = self.scope.segments
        if known is not None and name not in known:
            self.problems.add(*errors.unknown_segment(name, argument.span, known))
        return _OF_SEGMENTS[form](name)


def _type_of(value: bool | int | float | str | None) -> Type:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return INTEGER if isinstance(value, int) else DECIMAL if isinstance(value, float) else STRING


def _is_reference(expression: ast.Expression) -> bool:
    while isinstance(expression, ast.Group):
        expression = expression.inner
    return isinstance(expression, ast.Reference | ast.Current)
