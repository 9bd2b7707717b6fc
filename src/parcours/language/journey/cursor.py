"""A place in a list of tokens, and how to go on after a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from parcours.core.errors import Span
from parcours.language.check.lexing import MOST_ITEMS, MOST_LEVELS, Token
from parcours.language.check.problems import Problems
from parcours.language.journey import errors
from parcours.language.journey.ast import Missing

_OPEN = {"(": ")", "[": "]", "{": "}"}
Part = TypeVar("Part")


class Unreadable(Exception):
    """The part at hand cannot be read any further; the problem has been noted."""


class Cursor:
    """Reads tokens one after another. A part that cannot be read is skipped up to the next comma or closing bracket."""

    def __init__(self, words: list[Token], problems: Problems) -> None:
        self.words = words
        self.problems = problems
        self.position = 0
        self.depth = 0

    # --- tokens ---

    @property
    def now(self) -> Token:
        return self.words[self.position]

    def after(self) -> Token:
        """The token behind the one at hand."""
        return self.words[min(self.position + 1, len(self.words) - 1)]

    def before(self) -> list[Token]:
        """The last few tokens taken."""
        return self.words[max(0, self.position - 3) : self.position]

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.position += 1
        return token

    def is_(self, *texts: str) -> bool:
        """Whether the token at hand is one of these signs or keywords."""
        return self.now.kind in ("sign", "keyword") and self.now.text in texts

    def expect(self, sign: str, opened: Token | None = None) -> Token:
        if not self.is_(sign):
            raise self.unexpected(repr(sign), opened)
        return self.take()

    def since(self, start: Span) -> Span:
        """From ``start`` to the end of the last token taken."""
        return Span(start.start, max(start.end, self.words[self.position - 1].span.end if self.position else 0))

    def unexpected(self, expected: str, opened: Token | None = None) -> Unreadable:
        self.problems.add(*errors.unexpected(expected, self.now, self.before(), opened))
        return Unreadable()

    def deeper(self, read: Callable[[], Part]) -> Part:
        """``read()`` one level further in."""
        self.depth += 1
        if self.depth > MOST_LEVELS:
            self.problems.add(*errors.too_deep(self.now.span))
            self.position = len(self.words) - 1
            raise Unreadable
        try:
            return read()
        finally:
            self.depth -= 1

    # --- recovery ---

    def guarded(self, read: Callable[[], Part], closing: str) -> Part | Missing:
        """``read()``, or after a problem everything up to the next comma or ``closing``."""
        start = self.now.span
        try:
            part = read()
            if not (self.is_(",", closing)):
                raise self.unexpected(f"',' or {closing!r}")
            return part
        except Unreadable:
            self.skip(closing)
            return Missing(self.since(start))

    def skip(self, closing: str) -> None:
        """Go to the next comma or ``closing`` that belongs to the brackets at hand.

        Raises:
            Unreadable: the text ends before.
        """
        open_: list[str] = []
        while self.now.kind != "end" and (open_ or not self.is_(",", closing)):
            if self.is_(*_OPEN):
                open_.append(_OPEN[self.now.text])
            elif self.is_(*_OPEN.values()):
                if self.now.text not in open_:
                    raise Unreadable  # it closes something further out
                while open_.pop() != self.now.text:
                    pass
            self.take()
        if self.now.kind == "end":
            raise Unreadable

    def separated(self, read: Callable[[], Part], opened: Token, closing: str) -> list[Part | Missing]:
        """``read()`` once or more often, with commas between, up to ``closing``, which is taken."""
        found = [self.guarded(read, closing)]
        while self.is_(","):
            self.take()
            if self.is_(closing):
                self.problems.add(*errors.comma_at_end(self.words[self.position - 1].span, closing))
                break
            found.append(self.guarded(read, closing))
        self.expect(closing, opened)
        if len(found) > MOST_ITEMS:
            self.problems.add(*errors.too_many(len(found), self.since(opened.span)))
        return found
