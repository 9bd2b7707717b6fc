"""Text -> syntax tree, by precedence climbing (profile-query-language.md, section 3).

This module holds what stands inside every query: operators, paths, calls and literals. What binds names
(quantifiers, folds, chains) and points in time stand in ``binding_parser``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parcours.core.errors import Span
from parcours.language.pql import errors, limits
from parcours.language.pql.ast import (
    Apply,
    Array,
    Broken,
    Climb,
    Dot,
    Expr,
    Filter,
    Infix,
    Lambda,
    Let,
    Logic,
    Method,
    Name,
    Number,
    Object,
    Occurs,
    Parameter,
    Prefix,
    Text,
    Truth,
    too_deep,
)
from parcours.language.pql.binding_parser import BindingParser
from parcours.language.pql.cursor import Stop, raise_all
from parcours.language.pql.lexer import Kind, Token, tokens
from parcours.language.pql.words import COMPARISONS, INFIX_WORDS

#: How tightly operators bind (P4).
NOT, COMPARISON, SUM, PRODUCT, NEGATIVE = range(1, 6)
_POWERS: Mapping[str, int] = {
    **dict.fromkeys((*COMPARISONS, *INFIX_WORDS), COMPARISON),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "%": PRODUCT,
}
_MISTAKES = {
    "&&": "conditions are joined with and",
    "==": "equality is written =",
    "is": "equality is written =",
    "IN": "the word is in",
    "LIKE": "the word is like",
    "notin": "the word is notIn",
    "OCCURS": "the word is occurs",
}


def parse(text: str) -> Expr:
    """The syntax tree of a query; a lambda at the top is a :class:`Lambda`.

    Raises:
        DefinitionError: the text is no query; ``problems`` holds every problem found, each with a code that begins
            with ``parse.`` and the span of the text it is about.
    """
    found, problems = tokens(text)
    raise_all(problems)
    parser = Parser(found)
    tree = parser.query()
    parser.finish()
    deep = too_deep(tree, limits.MAX_DEPTH)
    raise_all([] if deep is None else [errors.too_deep(deep.span)])
    return tree


def _power(token: Token) -> int:
    """How tightly the operator binds; 0 when the token is none, or is ``and`` or ``or``."""
    return _POWERS.get(str(token.value), 0) if token.kind in (Kind.NAME, Kind.SIGN) else 0


def _joined(word: str, operands: list[Expr]) -> Expr:
    if len(operands) == 1:
        return operands[0]
    return Logic(word, tuple(operands), span=Span(operands[0].span.start, operands[-1].span.end))


class Parser(BindingParser):
    """Reads one query."""

    _negated = -1

    def query(self) -> Expr:
        if len(self.tokens) == 1:
            self.note(errors.empty())
            return Broken()
        try:
            tree = self.argument()
        except Stop:
            return Broken()
        if self.next.kind is not Kind.END:
            hint = _MISTAKES.get(str(self.next.value))
            self.note(errors.expected(self.next.span, "an operator or the end of the query", str(self.next), hint))
        return tree

    def argument(self) -> Expr:
        """An expression or a lambda."""
        return self._lambda() if self._at_lambda() else self.expr()

    def expr(self) -> Expr:
        if self.at_word("let") and self.ahead(1).kind is Kind.NAME and self.ahead(2).value == "=":
            return self._let()
        return self.logic()

    def _let(self) -> Let:
        start = self.take()
        name = self.expect_name("a name")
        self.expect("=")
        value = self.binary(SUM)
        if not self.accept_word("in"):
            raise self.unexpected("'in' after the value of let", "a value with a comparison needs parentheses")
        with self.deeper():
            body = self.expr()
        return Let(name, value, body, span=self.since(start))

    # --- operators ---

    def logic(self) -> Expr:
        """Operands joined by ``or`` and, tighter, by ``and``. An operand that cannot be read is skipped."""
        start = self.next
        rows: list[list[Expr]] = [[]]
        while True:
            rows[-1].append(self._operand())
            if self.accept_any_case("or"):
                rows.append([])
            elif not self.accept_any_case("and"):
                break
        alternatives = [_joined("and", row) for row in rows]
        return replace(_joined("or", alternatives), span=self.since(start)) if len(rows) > 1 else alternatives[0]

    def _operand(self) -> Expr:
        start, depth = self.next, self.depth
        try:
            return self.binary(NOT)
        except Stop:
            return self.recovered(start, depth)

    def binary(self, floor: int) -> Expr:
        """Operands joined by operators that bind at least as tightly as ``floor``, which is above ``and``."""
        left = self._prefix(floor)
        while (power := _power(self.next)) >= floor:
            left = self._infix(left, power)
        return left

    def _infix(self, left: Expr, power: int) -> Expr:
        operator = str(self.take().value)
        if operator == "occurs":
            return Occurs(left, self.when(), span=self.since(left))
        if self.at_sign("=", ">", "<"):
            raise self.unexpected("a value", "equality is written =, inequality !=")
        right = self.binary(power + 1)
        return Infix(operator, left, right, span=self.since(left))

    def _prefix(self, floor: int) -> Expr:
        start = self.next
        if self.at_any_case("not") or self.at_sign("!"):
            if floor > NOT:
                raise self.unexpected("a value", "put the negated condition in parentheses")
            self.take()
            with self.deeper():
                return Prefix("not", self.binary(NOT), span=self.since(start))
        if self.accept("-"):
            self._negated = self.place
            with self.deeper():
                return Prefix("-", self._prefix(NEGATIVE), span=self.since(start))
        return self.postfix()

    # --- paths and calls ---

    def postfix(self) -> Expr:
        value = self._primary()
        while True:
            if self.accept("."):
                value = self._member(value)
            elif self.accept("["):
                with self.deeper():
                    condition = self.expr()
                self.expect("]", "']' after the condition")
                value = Filter(value, condition, span=self.since(value))
            else:
                return value

    def _member(self, value: Expr) -> Expr:
        at = self.next.span
        name = self.expect_name("the name of a property or method after '.'")
        if not self.at_sign("("):
            return Dot(value, name, span=self.since(value))
        self.take()
        args = self.items(")", self.argument, "arguments")
        return Method(value, name, args, span=self.since(value), at=at)

    def _primary(self) -> Expr:
        token = self.next
        match token.kind:
            case Kind.NAME:
                return self._word()
            case Kind.TEXT:
                self.take()
                return Text(str(token.value), span=token.span)
            case Kind.INTEGER | Kind.DOUBLE:
                return self._number()
            case Kind.PARAMETER:
                self.take()
                return Parameter(int(token.value), span=token.span)
            case _:
                return self._bracketed()

    def _number(self) -> Number:
        """A number; only a negated integer may be as large as 2**63."""
        if self.next.value == 2**63 and self.next.kind is Kind.INTEGER and self._negated != self.place:
            self.note(errors.number_too_large(self.next.span))
        token = self.take()
        assert not isinstance(token.value, str)
        return Number(token.value, span=token.span)

    def _bracketed(self) -> Expr:
        start = self.next
        if self.accept("("):
            with self.deeper():
                value = self.expr()
            self.expect(")", f"')' for the '(' at character {start.span.start + 1}")
            return value
        if self.accept("["):
            items = self.items("]", self.expr, "elements of an array")
            return Array(items, span=self.since(start))
        if self.accept("{"):
            return self._object(start.span)
        if self.at_sign("^"):
            return self._climb()
        raise self.unexpected("a value")

    def _object(self, start: Span) -> Object:
        if self.at_sign("}"):
            raise self.unexpected("a key between double quotes", 'an object has parts: {"count": 1}')
        pairs = self.items("}", self._pair, "parts of an object")
        keys = tuple(pair.name for pair in pairs)
        for number, pair in enumerate(pairs):
            if pair.name in keys[:number]:
                self.note(errors.double_key(pair.span, pair.name))
        items = tuple(pair.value for pair in pairs)
        return Object(keys, items, span=Span(start.start, self.tokens[self.place - 1].span.end))

    def _pair(self) -> Dot:
        """A key and its value; the node only carries them to :meth:`_object`."""
        start = self.next
        if start.kind is not Kind.TEXT:
            raise self.unexpected("a key between double quotes")
        self.take()
        self.expect(":", "':' after the key")
        return Dot(self.expr(), str(start.value), span=start.span)

    def _climb(self) -> Climb:
        start = self.next
        levels = 0
        while self.accept("^"):
            levels += 1
        self.accept(".")
        name = self.expect_name("the name of a property after '^'")
        return Climb(levels, name, span=self.since(start))

    def _word(self) -> Expr:
        token = self.next
        word = str(token.value)
        if word.lower() in ("and", "or", "not") or word in INFIX_WORDS:
            raise self.unexpected("a value")
        special = self.special()
        if special is not None:
            return special
        self.take()
        if word in ("true", "false") and not self.at_sign("("):
            return Truth(word == "true", span=token.span)
        if not self.at_sign("("):
            return Name(word, span=token.span)
        self.take()
        args = self.items(")", self.argument, "arguments")
        return Apply(word, args, span=self.since(token))

    # --- lambdas ---

    def _at_lambda(self) -> bool:
        """Whether ``(a, b) =>`` comes next."""
        steps = 1
        if not self.at_sign("("):
            return False
        while self.ahead(steps).kind is Kind.NAME and self.ahead(steps + 1).value == ",":
            steps += 2
        arrow = self.ahead(steps + 2)
        return (
            self.ahead(steps).kind is Kind.NAME
            and self.ahead(steps + 1).value == ")"
            and arrow.kind is Kind.SIGN
            and arrow.value == "=>"
        )

    def _lambda(self) -> Lambda:
        start = self.take()
        names: list[str] = []
        while not self.accept("=>"):
            token = self.take()
            if token.kind is Kind.NAME:
                if token.value in names:
                    self.note(errors.double_name(token.span, str(token.value)))
                names.append(str(token.value))
        with self.deeper():
            body = self.expr()
        return Lambda(tuple(names), body, span=self.since(start))
