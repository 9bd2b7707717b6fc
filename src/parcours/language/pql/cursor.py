"""The reader's place in the tokens of a query: what comes next, what is expected, and how to go on after an error.

After an error the parser skips to the next ``and``, ``or``, comma or closing bracket and reads on, so that all problems
come at once. What is found at the very place where it went on is a consequence, and is not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from parcours.core.errors import DefinitionError, RuleError, Span
from parcours.language.pql import errors, limits
from parcours.language.pql.ast import Broken, Part
from parcours.language.pql.lexer import Kind, Token

_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_OPENING.values())

Found = TypeVar("Found", bound=Part)


class Stop(Exception):
    """The text cannot be read on from here; the problem has been noted."""


class Cursor:
    """A place in a list of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0
        self.problems: list[RuleError] = []
        self._resumed = -1

    # --- looking ---

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def ahead(self, steps: int) -> Token:
        return self.tokens[min(self.place + steps, len(self.tokens) - 1)]

    def at_sign(self, *signs: str) -> bool:
        return self.next.kind is Kind.SIGN and self.next.value in signs

    def at_word(self, *words: str) -> bool:
        return self.next.kind is Kind.NAME and self.next.value in words

    def at_any_case(self, *words: str) -> bool:
        return self.next.kind is Kind.NAME and str(self.next.value).lower() in words

    # --- taking ---

    def accept_any_case(self, word: str) -> bool:
        if self.at_any_case(word):
            self.place += 1
            return True
        return False

    def take(self) -> Token:
        token = self.next
        if token.kind is not Kind.END:
            self.place += 1
        return token

    def accept(self, *signs: str) -> bool:
        if self.at_sign(*signs):
            self.place += 1
            return True
        return False

    def accept_word(self, *words: str) -> bool:
        if self.at_word(*words):
            self.place += 1
            return True
        return False

    def expect(self, sign: str, what: str | None = None) -> Token:
        if not self.at_sign(sign):
            raise self.unexpected(what or f"{sign!r}")
        return self.take()

    def expect_word(self, word: str) -> Token:
        if not self.at_word(word):
            raise self.unexpected(repr(word))
        return self.take()

    def expect_name(self, what: str) -> str:
        if self.next.kind is not Kind.NAME:
            raise self.unexpected(what)
        return str(self.take().value)

    def since(self, start: Token | Part) -> Span:
        """From the start of a token or part to the end of the last token taken."""
        return Span(start.span.start, max(self.tokens[self.place - 1].span.end, start.span.start))

    # --- problems ---

    def unexpected(self, what: str, hint: str | None = None) -> Stop:
        return self.stop(errors.expected(self.next.span, what, str(self.next), hint))

    def stop(self, problem: RuleError) -> Stop:
        self.note(problem)
        return Stop()

    def note(self, problem: RuleError) -> None:
        if self.place != self._resumed and len(self.problems) < limits.MAX_PROBLEMS:
            self.problems.append(problem)

    def recovered(self, start: Token, depth: int) -> Broken:
        """After a :class:`Stop`: skip the rest of the operand that began at ``start``, ``depth`` levels deep."""
        self.depth = depth
        self._skip()
        return Broken(span=self.since(start))

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """What is read inside stands one level deeper."""
        if self.depth >= limits.MAX_DEPTH:
            raise self.stop(errors.too_deep(self.next.span))
        self.depth += 1
        yield
        self.depth -= 1

    def items(self, close: str, read: Callable[[], Found], what: str) -> tuple[Found, ...]:
        """What stands between commas up to ``close``, perhaps nothing; the opening bracket has been read."""
        found: list[Found] = []
        if self.accept(close):
            return ()
        while True:
            start, depth = self.next, self.depth
            try:
                with self.deeper():
                    found.append(read())
            except Stop:
                self.recovered(start, depth)
            if len(found) > limits.MAX_ITEMS:
                raise self.stop(errors.too_many(start.span, what))
            if not self.accept(","):
                self.expect(close, f"',' or {close!r}")
                return tuple(found)

    def _skip(self) -> None:
        """On to the next ``and``, ``or``, comma or closing bracket that is not inside brackets opened on the way."""
        open_brackets = 0
        while self.next.kind is not Kind.END:
            if self.at_sign(*_OPENING):
                open_brackets += 1
            elif open_brackets == 0 and (self.at_sign(",", *_CLOSING) or self.at_any_case("and", "or")):
                break
            elif self.at_sign(*_CLOSING):
                open_brackets -= 1
            self.place += 1
        self._resumed = self.place

    def finish(self) -> None:
        """Raise all problems as one error.

        Raises:
            DefinitionError: there is at least one; ``problems`` holds them in the order of the text.
        """
        raise_all(self.problems)


def raise_all(problems: Sequence[DefinitionError]) -> None:
    """Raise the problems as one error, in the order of their places.

    Raises:
        DefinitionError: there is at least one.
    """
    if not problems:
        return
    ordered = sorted(problems, key=lambda problem: problem.span.start if problem.span else 0)
    count = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    raise DefinitionError(f"the query has {count}", code=ordered[0].code, problems=ordered, span=ordered[0].span)
