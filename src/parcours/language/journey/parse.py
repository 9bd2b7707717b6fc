"""A text of the journey expression language -> what it says, as :mod:`parcours.language.journey.ast`.

Recursive descent with precedence climbing (expression-language.md, section 3). A part that cannot be read is reported
and skipped up to the next comma or closing bracket, so that the problems of other parts are found as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.errors import Span
from parcours.language.check.lexing import MOST_ITEMS, MOST_LEVELS, Token
from parcours.language.check.problems import Problems
from parcours.language.journey import errors
from parcours.language.journey.ast import (
    VARIABLES,
    Application,
    Binary,
    Chain,
    Conditional,
    Constant,
    Current,
    Expression,
    Group,
    Items,
    Missing,
    Prefix,
    Test,
    parts,
)
from parcours.language.journey.cursor import Unreadable
from parcours.language.journey.lexer import KEYWORDS, tokens
from parcours.language.journey.reference_parser import ReferenceParser

#: From loose to tight.
LEVELS: Mapping[str, int] = {
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(("==", "!=", ">", ">=", "<", "<=", "is", "has"), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
    "sign": 7,
}
_NUMBERS = ("numeric", "integer", "decimal")


def parse(text: str, *, where: str = "expression") -> Expression:
    """What the text says.

    Args:
        text: the expression.
        where: what errors call the text.

    Raises:
        DefinitionError: the text is no expression; ``problems`` holds every problem with code ``parse.…`` and span.
    """
    problems = Problems(text, where)
    expression = parsed(text, problems)
    problems.finish()
    return expression


def parsed(text: str, problems: Problems) -> Expression:
    """What the text says, as far as it can be read; what is wrong goes to ``problems``."""
    words = tokens(text, problems)
    if len(words) == 1 and problems.found:
        return Missing()
    expression = _Parser(words, problems).whole()
    if not problems.found:
        _check_height(expression, problems)
    return expression


def _check_height(expression: Expression, problems: Problems) -> None:
    """Operators side by side make the tree deep without any bracket: ``1+1+1+…``; so its height is looked at, too."""
    level, height = [expression], 0
    while level:
        height += 1
        if height > MOST_LEVELS:
            problems.add(*errors.too_deep(level[0].span))
            return
        level = [_ungrouped(part) for node in level for part in parts(node)]


def _ungrouped(node: Expression) -> Expression:
    while isinstance(node, Group):
        node = node.inner
    return node


class _Parser(ReferenceParser):
    # --- operators ---

    def whole(self) -> Expression:
        """The whole text."""
        start = self.now.span
        try:
            found = self.expression()
            if self.now.kind != "end":
                raise self.unexpected("an operator or the end")
            return found
        except Unreadable:
            return Missing(self.since(start))

    def expression(self) -> Expression:
        if self.is_("if"):
            return self.conditional()
        return self.climb(LEVELS["or"])

    def conditional(self) -> Expression:
        start = self.take().span
        test = self.parenthesis("if")
        self.keyword("then", "the second part of the conditional")
        then = self.parenthesis("then")
        self.keyword("else", "the third part of the conditional")
        otherwise = self.parenthesis("else")
        if self.now.text in LEVELS:
            self.problems.add(*errors.operator_after_conditional(self.now))
            raise Unreadable
        return Conditional(test, then, otherwise, self.since(start))

    def keyword(self, word: str, what: str) -> None:
        if self.now.kind == "name" and self.now.text.lower() == word:
            self.problems.add(*errors.lower_case(self.now))
            self.take()
        elif not self.is_(word):
            raise self.unexpected(f"{word!r}, {what}")
        else:
            self.take()

    def parenthesis(self, before: str) -> Expression:
        if not self.is_("("):
            raise self.unexpected(f"'(' after {before!r}")
        opened = self.take()
        inner = self.deeper(self.expression)
        self.expect(")", opened)
        return inner

    def climb(self, loosest: int) -> Expression:
        """Operands joined by operators that bind at least as tightly as ``loosest``."""
        left = self.operand(loosest)
        while (level := LEVELS.get(self.operator() or "", 0)) >= loosest and level != LEVELS["not"]:
            sign = self.take()
            if sign.text in ("is", "has"):
                left = self.test(left, sign)
            elif sign.text in ("and", "or"):
                left = self.chain(left, sign, level)
            else:
                right = self.climb(level + 1)
                left = Binary(sign.text, left, right, Span(left.span.start, right.span.end), sign.span)
        return left

    def operator(self) -> str | None:
        """The operator at hand. One in capitals is reported and taken for what was meant."""
        token = self.now
        if token.kind == "name" and token.text.lower() in ("and", "or", "is", "has"):
            self.problems.add(*errors.lower_case(token))
            self.words[self.position] = Token("keyword", token.text.lower(), token.span)
        return self.now.text if self.now.kind in ("sign", "keyword") else None

    def before_operator(self) -> bool:
        return self.operator() in LEVELS

    def chain(self, left: Expression, sign: Token, level: int) -> Expression:
        operands = [left, self.climb(level + 1)]
        while self.operator() == sign.text:
            self.take()
            operands.append(self.climb(level + 1))
        if len(operands) > MOST_ITEMS:
            self.problems.add(*errors.too_many(len(operands), self.since(left.span)))
        return Chain(sign.text, tuple(operands), self.since(left.span))

    def test(self, operand: Expression, sign: Token) -> Expression:
        words = [sign.text]
        if self.is_("not") and sign.text == "is":
            words.append(self.take().text)
        last = self.now.text
        if last == "null" or (last in _NUMBERS and words == ["is"]):
            words.append(self.take().text)
            return Test(" ".join(words), operand, self.since(operand.span))
        raise self.unexpected("'null'" if words != ["is"] else "'null', 'not null', 'numeric', 'integer' or 'decimal'")

    def operand(self, loosest: int) -> Expression:
        if self.is_("not") or self.in_capitals("not"):
            start = self.take().span
            if loosest > LEVELS["not"]:
                self.problems.add(*errors.not_in_operand(start))
            operand = self.deeper(lambda: self.climb(LEVELS["not"]))
            return Prefix("not", operand, self.since(start))
        if self.is_("-"):
            return self.signed()
        return self.primary()

    def in_capitals(self, word: str) -> bool:
        """Whether ``word`` is at hand with other letters than small ones, and not as a function; that is reported."""
        token = self.now
        if token.kind != "name" or token.text.lower() != word or self.after().text == "(":
            return False
        self.problems.add(*errors.lower_case(token))
        return True

    def signed(self) -> Expression:
        start = self.take().span
        if self.now.kind in ("integer", "decimal"):
            number = self.number(self.take(), negative=True)
            return Constant(number, self.since(start))
        operand = self.deeper(lambda: self.operand(LEVELS["sign"]))
        return Prefix("-", operand, self.since(start))

    # --- operands ---

    def primary(self) -> Expression:
        token = self.now
        match token.kind:
            case "integer" | "decimal":
                return Constant(self.number(self.take()), token.span)
            case "string":
                return Constant(self.take().value, token.span)
            case "sigil":
                return self.deeper(self.reference)
            case "name":
                return self.named()
            case "keyword" if token.text in ("true", "false", "null"):
                self.take()
                return Constant({"true": True, "false": False}.get(token.text), token.span)
            case "keyword" if token.text == "if":
                self.problems.add(*errors.conditional_in_operand(token.span))
                return self.conditional()
        if self.is_("("):
            self.take()
            inner = self.deeper(self.expression)
            self.expect(")", token)
            return Group(inner, self.since(token.span))
        if self.is_("["):
            return self.deeper(self.items)
        raise self.unexpected("an expression")

    def number(self, token: Token, negative: bool = False) -> int | float:
        value = token.value
        if isinstance(value, float):
            return -value if negative else value
        if not isinstance(value, int) or (value == 2**63 and not negative):
            self.problems.add(*errors.integer_range(token))
            return 0
        return -value if negative else value

    def items(self) -> Expression:
        opened = self.take()
        if self.is_("]"):
            self.take()
            return Items((), self.since(opened.span))
        found = self.separated(self.expression, opened, "]")
        return Items(tuple(found), self.since(opened.span))

    def named(self) -> Expression:
        token = self.take()
        if token.text in VARIABLES.values():
            return Current(token.text, self.steps(token), self.since(token.span))
        if self.is_("("):
            return self.deeper(lambda: self.application(token))
        meant = token.text.lower()
        if meant in ("true", "false", "null"):
            self.problems.add(*errors.lower_case(token))
            return Constant({"true": True, "false": False}.get(meant), token.span)
        if token.text.isascii():
            self.problems.add(*errors.bare_name(token, self.before()[:-1], KEYWORDS))
        return Missing(token.span)

    def application(self, name: Token) -> Expression:
        opened = self.take()
        args: list[Expression] = []
        if self.is_(")"):
            self.take()
        else:
            args = self.separated(self.expression, opened, ")")
        return Application(name.text, tuple(args), self.since(name.span), name.span)
