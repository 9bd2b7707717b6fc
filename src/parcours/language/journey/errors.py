"""What can be wrong with the text of an expression: one function per problem (code, message, span, hint).

Codes begin with ``parse.`` for a text that is not in the grammar; :mod:`type_errors` has those for names and types.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from parcours.core.errors import Span, nearest
from parcours.language.check.lexing import MOST_ITEMS, MOST_LEVELS, Token
from parcours.language.check.problems import Hint

#: What :meth:`parcours.language.check.problems.Problems.add` takes.
Problem: TypeAlias = tuple[str, str, Span, Hint]

_CONDITIONAL = "put a conditional that is part of something in parentheses"


def _found(token: Token) -> str:
    return "the end" if token.kind == "end" else repr(token.text if len(token.text) <= 40 else token.text[:39] + "…")


def unexpected(expected: str, found: Token, before: Sequence[Token], opened: Token | None) -> Problem:
    message = f"expected {expected}, found {_found(found)}"
    if opened is not None:
        message += f" (the {opened.text!r} at character {opened.span.start + 1} is open)"
    return "parse.unexpected", message, found.span, _unexpected_hint(found, before)


def _unexpected_hint(found: Token, before: Sequence[Token]) -> str | None:
    last = before[-1] if before else None
    touching = last is not None and last.span.end == found.span.start
    if found.text in (")", "]", "}"):
        return "this bracket closes nothing, or something is missing before it"
    if last is not None and last.text == "." and found.kind in ("integer", "decimal", "sign"):
        return "write a field whose name starts with a digit or - in quotes: .'3h'"
    if last is not None and last.kind == "integer" and touching and found.text == ".":
        return "a decimal has digits on both sides of the point: 3.0, 0.5"
    if last is not None and last.kind in ("integer", "decimal") and touching and found.kind == "name":
        return "numbers are written out, without an exponent"
    if found.text == "." and found.kind == "sign":
        return "a decimal has digits on both sides of the point: 0.5; fields are reached inside @{…} and #{…}"
    if found.kind == "name" and found.text.lower() in ("then", "else", "if"):
        return f"keywords are in lower case: {found.text.lower()}"
    if found.kind == "end" and last is None:
        return "an empty text is no expression"
    return None


def too_deep(span: Span) -> Problem:
    message = f"nested more than {MOST_LEVELS} levels deep"
    return "parse.too-deep", message, span, "move a part into a segment, or put long chains of operators in groups"


def too_many(count: int, span: Span) -> Problem:
    return "parse.too-many", f"{count} parts in one list; at most {MOST_ITEMS} are read", span, None


def too_many_steps(span: Span) -> Problem:
    return "parse.too-many", f"a reference has at most {MOST_LEVELS} steps", span, None


def comma_at_end(span: Span, closing: str) -> Problem:
    return "parse.unexpected", f"expected an expression after the comma, found {closing!r}", span, "remove the comma"


def integer_range(token: Token) -> Problem:
    return (
        "parse.number-too-large",
        "expected an integer of at most 64 bits, found a larger one",
        token.span,
        f"the largest is {2**63 - 1}; write {token.text[:20]}.0 for a decimal" if len(token.text) < 20 else None,
    )


def lower_case(token: Token) -> Problem:
    word = token.text.lower()
    return (
        "parse.lower-case",
        f"expected {word!r}, found {token.text!r}",
        token.span,
        f"keywords are lower case: {word}",
    )


def bare_name(token: Token, before: Sequence[Token], keywords: Collection[str]) -> Problem:
    message = f"expected an expression, found the name {token.text!r}"
    return "parse.bare-name", message, token.span, lambda: _bare_hint(token, before, keywords)


def _bare_hint(token: Token, before: Sequence[Token], keywords: Collection[str]) -> str:
    if len(before) >= 2 and before[-1].text == before[-2].text == "-" and before[-2].span.end == before[-1].span.start:
        return "comments are not part of the language"
    if token.text.lower() in keywords:
        return f"keywords are lower case: {token.text.lower()}"
    close = nearest(token.text, keywords) or ""
    if close.startswith("did you mean"):
        return close
    return f'write "{token.text}" for a text, {token.text}(…) for a function, @{{Event.{token.text}}} for a field'


def not_in_operand(span: Span) -> Problem:
    return "parse.not", "'not' binds less than the operator before it", span, "put it in parentheses: (not …)"


def conditional_in_operand(span: Span) -> Problem:
    return "parse.conditional", "expected an operand, found a conditional", span, _CONDITIONAL


def operator_after_conditional(token: Token) -> Problem:
    message = f"expected the end of the conditional, found {token.text!r}"
    return "parse.conditional", message, token.span, _CONDITIONAL


def unknown_operation(token: Token, known: Iterable[str]) -> Problem:
    return (
        "parse.unknown-operation",
        f"{token.text!r} is no operation on a field",
        token.span,
        lambda: nearest(token.text, known) or "functions stand outside: count(@{…})",
    )


def unknown_option(token: Token) -> Problem:
    message = f"expected 'defaultValue' or 'params', found {_found(token)}"
    return "parse.unknown-option", message, token.span, lambda: nearest(token.text, ("defaultValue", "params"))


def option_twice(token: Token) -> Problem:
    return "parse.option-twice", f"{token.text!r} is given twice", token.span, "keep one of them"


def param_twice(name: str, span: Span) -> Problem:
    return "parse.option-twice", f"the parameter {name!r} is given twice", span, "keep one of them"


def bare_default(span: Span) -> Problem:
    return (
        "parse.bare-default",
        "expected a constant, a list, a reference or parentheses as the default",
        span,
        "put the default in parentheses: defaultValue: ( … )",
    )
