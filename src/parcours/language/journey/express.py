"""The typed tree -> what a text of the journey expression language would say, as its syntax tree.

Reading the text again gives the same tree, for every tree that came from this language. Of other trees, what has a form
here with the same meaning is written in that form; the rest is refused with the name of the part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from parcours.core.clock import as_datetime
from parcours.core.schema import DATE_ONLY, DATE_TIME, OFFSET_TIME, STRING, Kind, list_of
from parcours.language.calendar import LENGTHS
from parcours.language.functions.iso import duration_text, moment_text
from parcours.language.journey import ast, operators
from parcours.language.journey.histories import asked_of
from parcours.language.journey.moving import PARTS, comparisons, near
from parcours.language.journey.parse import LEVELS
from parcours.language.journey.paths import Path, Paths, names
from parcours.language.journey.refusal import refused
from parcours.language.journey.scope import EVENTS, WORKSPACE
from parcours.language.journey.spelling import spelled_call
from parcours.language.tree import (
    Aggregate,
    Call,
    Chance,
    Each,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    Quantifier,
)
from parcours.language.window_kinds import Edge

_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_BINARY = {
    **_COMPARISONS,
    **{"add_exact": "+", "sub_exact": "-", "mul_exact": "*", "add": "+", "sub": "-", "mul": "*"},
    **{"quotient": "/", "remainder": "%", "add_duration": "+", "plus": "+"},
}
#: Functions whose result is of the type of what they are given, which may be unknown.
_OF_THEIR_PARTS = ("first_item", "last_item", "item_at", "entry", "coalesce", "if")
_TESTS = {function: sign for sign, function in operators.TESTS.items()}


def express(node: Node, *, in_row: bool = False) -> ast.Expression:
    """What the text of a typed tree says; with ``in_row`` of a condition about an event, ``currentEventField``.

    Raises:
        DefinitionError: a part has no form in the language (code ``not-expressible``); the message names it.
    """
    return _Expressing(["event"] if in_row else []).expression(node)


class _Expressing:
    def __init__(self, frames: list[str]) -> None:
        self.paths = Paths(self.expression, frames)

    def expression(self, node: Node) -> ast.Expression:
        path = self.paths.find(node)
        if path is not None:
            return path.expression()
        match node:
            case Literal():
                return self.literal(node)
            case Each(kind="map", over=over, body=Call(function="with_offset", args=(Field(path=(), up=0),))):
                return self.expression(over)
            case ListOf(items=items):
                return ast.Items(tuple(map(self.expression, items)))
            case Member(segment=segment):
                return ast.Application("inSegment", (ast.Constant(segment),))
            case Membership(segment=segment):
                return ast.Application("segmentStatus", (ast.Constant(segment),))
            case Chance(kind=kind):
                return ast.Application(kind, ())
            case Now():
                return ast.Application("now", ())
            case Call():
                return self.call(node)
            case Quantifier():
                return self.quantifier(node)
            case InWindow():
                return self.window(node)
            case Aggregate():
                return self.aggregate(node)
            case _:
                raise refused(node)

    def at(self, node: Node, level: int) -> ast.Expression:
        """``node`` as an operand of an operator of a level: in parentheses if it binds less tightly."""
        return grouped(self.expression(node), level)

    def literal(self, literal: Literal) -> ast.Expression:
        value = literal.value
        match value:
            case datetime():
                return _date(_whole_minutes(value))
            case date():
                return _date(value)
            case timedelta():
                return ast.Application("toDuration", (ast.Constant(duration_text(value)),))
            case float() if not math.isfinite(value):
                raise refused(literal, "a number that is not finite")
            case _:
                return ast.Constant(value)

    # --- operators ---

    def call(self, node: Call) -> ast.Expression:
        match node.function, node.args:
            case ("and" | "or") as sign, args if len(args) > 1:
                return ast.Chain(sign, tuple(part for arg in args for part in self.operands(sign, arg, args)))
            case ("and" | "or") as sign, (only,):
                return ast.Chain(sign, (self.at(only, LEVELS[sign] + 1), ast.Constant(sign == "and")))
            case "not", (operand,):
                return ast.Prefix("not", self.at(operand, LEVELS["not"]))
            case "neg" | "neg_exact", (operand,):
                return ast.Prefix("-", self.negated(operand))
            case function, (operand,) if function in _TESTS:
                return ast.Test(_TESTS[function], self.at(operand, LEVELS["is"]))
            case "if", (test, then, otherwise):
                return ast.Conditional(self.expression(test), self.expression(then), self.expression(otherwise))
            case "concat", args:
                return self.text(args)
            case "coalesce", (first, other):
                return self.default(first, other)
            case "with_offset" | "instant_of", (inner,):
                return self.instant(node, inner)
            case "contains_item", (over, item) if over.type == list_of(item.type):
                return ast.Application("in", (self.expression(item), self.expression(over)))
            case function, (left, right) if function in _BINARY:
                return self.binary(node, left, right)
            case _:
                found = spelled_call(node, self.expression)
                if found is None:
                    raise refused(node)
                return found

    def operands(self, sign: str, arg: Node, args: Sequence[Node]) -> Sequence[ast.Expression]:
        """An operand of ``and`` or ``or``. The two comparisons that say a window need no parentheses in an ``and``:
        reading joins them again, unless there are more windows of the same value.
        """
        found = self.expression(arg)
        if sign == "and" and isinstance(arg, InWindow) and isinstance(found, ast.Chain):
            alone = sum(isinstance(other, InWindow) and other.value == arg.value for other in args) == 1
            return found.operands if alone else (ast.Group(found),)
        return (grouped(found, LEVELS[sign] + 1),)

    def negated(self, operand: Node) -> ast.Expression:
        """The operand of a sign. A number is put in parentheses, or the sign would become part of it."""
        found = self.at(operand, LEVELS["sign"])
        positive = isinstance(found, ast.Constant) and not str(found.value).startswith("-")
        return ast.Group(found) if positive else found

    def binary(self, node: Call, left: Node, right: Node) -> ast.Expression:
        sign = _BINARY[node.function]
        if node.function in _COMPARISONS:
            left, right = _offset_kept(left), _offset_kept(right)
            if left.type == right.type == DATE_ONLY and sign not in ("==", "!="):
                left, right = _midnight(left), _midnight(right)
        meant = operators.binary(sign, left, right)
        if not isinstance(meant, Call) or meant.function not in (node.function, "?"):
            raise refused(node)
        level = LEVELS[sign]
        return ast.Binary(sign, self.at(left, level), self.at(right, level + 1))

    def text(self, args: Sequence[Node]) -> ast.Expression:
        """Texts joined with ``+``, which turns what stands beside a text into text by itself."""
        if len(args) == 1:
            return self.expression(args[0])
        first, second, *rest = args
        level = LEVELS["+"]
        if _surely_text(first) and second.type.kind is not Kind.ANY:
            second = _before_text(second)
        elif _surely_text(second) and first.type.kind is not Kind.ANY:
            first = _before_text(first)
        else:
            joined: ast.Expression = ast.Application("concat", (self.expression(first), self.expression(second)))
            return self.appended(joined, rest)
        return self.appended(ast.Binary("+", self.at(first, level), self.at(second, level + 1)), rest)

    def appended(self, joined: ast.Expression, rest: Sequence[Node]) -> ast.Expression:
        """A text with further ones behind it."""
        for arg in rest:
            joined = ast.Binary("+", joined, self.at(_before_text(arg), LEVELS["+"] + 1))
        return joined

    def default(self, first: Node, other: Node) -> ast.Expression:
        """``defaultValue`` of a reference; of anything else a conditional."""
        path = self.paths.find(first)
        found = None if path is None else path.expression()
        default = self.expression(other)
        if not isinstance(found, ast.Reference):
            test = ast.Test("is null", self.at(first, LEVELS["is"]))
            return ast.Conditional(test, default, self.expression(first))
        if not isinstance(default, ast.Constant | ast.Items | ast.Reference | ast.Group):
            default = ast.Group(default)
        return ast.Reference(found.sigil, found.steps, default, found.params)

    def instant(self, node: Call, inner: Node) -> ast.Expression:
        """A change between the two forms of an instant, which the language does not tell apart but by their offset."""
        if node.function == "with_offset":
            return self.expression(inner)
        if inner.type != OFFSET_TIME:
            raise refused(node)
        return ast.Application("updateTimeZone", (self.expression(inner), ast.Constant("UTC")))

    def quantifier(self, node: Quantifier) -> ast.Expression:
        """Whether any, all or none of the elements of a list meet a condition, by counting those that do or do not."""
        below = self.paths.find(node.over)
        if below is None:
            raise refused(node, "a condition on the elements of a list that is no reference")
        where = Call("not", (node.where,), node.where.type) if node.kind == "all" else node.where
        found = below.then(ast.Operation("all", self.paths.inside(below.kind, where))).expression()
        size = ast.Application("listSize", (found,))
        return ast.Binary(">" if node.kind == "any" else "==", size, ast.Constant(0))

    # --- windows and events ---

    def window(self, node: InWindow) -> ast.Expression:
        """``inLastDays(x, 7)`` and the like where there is one, else comparisons with ``nowWithDelta``."""
        if node.value.type not in (DATE_TIME, OFFSET_TIME, DATE_ONLY):
            raise refused(node)
        value = _offset_kept(_midnight(node.value) if node.value.type == DATE_ONLY else node.value)
        function = near(node.window)
        if function is not None:
            return ast.Application(function.name, (self.expression(value), ast.Constant(function.n)))
        compared = comparisons(node.window)
        if not compared:
            raise refused(node)
        found = [ast.Binary(sign, self.at(value, LEVELS[sign]), _edge(edge, node)) for sign, edge in compared]
        return found[0] if len(found) == 1 else ast.Chain("and", tuple(found))

    def aggregate(self, node: Aggregate) -> ast.Expression:
        """A question about events as a function of the list of these events."""
        question = asked_of(node)
        if question is None:
            raise refused(node)
        path = Path("#", "source", names((WORKSPACE, EVENTS, node.event)))
        for name, condition in question.steps:
            path = path if name is None else path.then(ast.Name(name))
            if condition is not None:
                path = path.then(ast.Operation("all", self.paths.inside("source", condition)))
        return ast.Application(question.function, (path.then(*names(question.value)).expression(),))


# --- levels --------------------------------------------------------------------------------------------


def grouped(found: ast.Expression, level: int) -> ast.Expression:
    """In parentheses when it binds less tightly than ``level``."""
    return found if _level(found) >= level else ast.Group(found)


def _level(found: ast.Expression) -> int:
    match found:
        case ast.Conditional():
            return 0
        case ast.Chain(sign=sign) | ast.Binary(sign=sign):
            return LEVELS[sign]
        case ast.Test():
            return LEVELS["is"]
        case ast.Prefix(sign=sign):
            return LEVELS["not" if sign == "not" else "sign"]
        case _:
            return 8


# --- values --------------------------------------------------------------------------------------------


def _date(moment: date) -> ast.Expression:
    return ast.Application("date", (ast.Constant(moment_text(moment)),))


def _whole_minutes(moment: datetime) -> datetime:
    """An instant whose offset can be written: whole minutes, or else UTC."""
    offset = moment.utcoffset()
    return moment if offset is None or offset.seconds % 60 == 0 else moment.astimezone(UTC)


def _edge(edge: Edge | int, window: InWindow) -> ast.Expression:
    """An edge of a window: an instant, now, or so far from now."""
    if isinstance(edge, int):
        return _date(as_datetime(edge))
    if edge.n == 0:
        return ast.Application("now", ())
    if edge.unit in PARTS:
        return ast.Application("nowWithDelta", (ast.Constant(edge.n), ast.Constant(edge.unit + "s")))
    if edge.unit not in LENGTHS:
        raise refused(window)
    length = duration_text(timedelta(microseconds=edge.n * LENGTHS[edge.unit]))
    return ast.Binary("+", ast.Application("now", ()), ast.Application("toDuration", (ast.Constant(length),)))


def _offset_kept(node: Node) -> Node:
    """An operand of a comparison as it was written: comparing takes the offsets away by itself."""
    match node:
        case Call(function="instant_of", args=(inner,)):
            return inner
        case ListOf(items=items) if node.type == list_of(DATE_TIME):
            kept = tuple(map(_offset_kept, items))
            return node if kept == items else ListOf(kept, list_of(OFFSET_TIME))
        case _:
            return node


def _midnight(node: Node) -> Node:
    """A date as the instant of its midnight in UTC, which has an order in the language."""
    return Call("to_date_time", (Literal("UTC", STRING), node), OFFSET_TIME)


def _made_text(node: Node) -> bool:
    """Whether a value was turned into text that ``+`` would turn into text by itself."""
    return isinstance(node, Call) and node.function == "text_of" and node.args[0].type.kind != STRING.kind


def _surely_text(node: Node) -> bool:
    """Whether the reader knows a text when it sees it: a field may be of unknown type there, and fit everything."""
    if isinstance(node, Literal):
        return node.value is not None
    return isinstance(node, Call) and node.function not in _OF_THEIR_PARTS


def _before_text(node: Node) -> Node:
    return node.args[0] if isinstance(node, Call) and _made_text(node) else node
