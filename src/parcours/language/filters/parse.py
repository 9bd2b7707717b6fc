"""Filter expressions as text -> their form. ``&`` binds tighter than ``|``; parentheses group."""

from __future__ import annotations

import re

from parcours.core.errors import DefinitionError, RuleError, Span
from parcours.language.filters import errors
from parcours.language.filters.ast import (
    DEPTH_LIMIT,
    LENGTH_LIMIT,
    VALUE_LIMIT,
    Both,
    Compare,
    Either,
    Filter,
    Interval,
    Operand,
)

#: Longest first, so that ``<=`` is not read as ``<``.
SIGNS = ("<>", "<=", ">=", "<", ">", "=")
#: What ends a value that is not quoted.
_ENDS = "|&()<>="
_QUOTED = re.compile("'((?:[^']|'')*+)'")


def parse(text: str) -> Filter:
    """The form of a filter expression.

    Raises:
        DefinitionError: it is broken; ``problems`` holds the problem with its span (codes ``parse.…``).
    """
    try:
        return _Parser(text).whole()
    except RuleError as problem:
        raise refused([problem]) from None


def refused(problems: list[RuleError]) -> DefinitionError:
    """One error for all problems of an expression."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return DefinitionError(f"the filter expression has {count}", code="bad-filter", problems=problems)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.values = 0

    def whole(self) -> Filter:
        if len(self.text) > LENGTH_LIMIT:
            raise errors.too_long(Span(LENGTH_LIMIT, len(self.text)), LENGTH_LIMIT)
        self._spaces()
        if self.at == len(self.text):
            raise errors.empty(Span(0, len(self.text)))
        found = self._either()
        if self.at < len(self.text):
            raise errors.unexpected(Span(self.at, self.at + 1), self.text[self.at])
        return found

    def _either(self) -> Filter:
        parts = [self._both()]
        while self._take("|"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Filter:
        parts = [self._part()]
        while self._take("&"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _part(self) -> Filter:
        self._spaces()
        start = self.at
        if not self._take("("):
            return self._test()
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise errors.too_deep(Span(start, self.at), DEPTH_LIMIT)
        found = self._either()
        if not self._take(")"):
            raise errors.not_closed(Span(start, start + 1), "(")
        self.depth -= 1
        return found

    def _test(self) -> Filter:
        self.values += 1
        if self.values > VALUE_LIMIT:
            raise errors.too_many(Span(self.at, len(self.text)), VALUE_LIMIT)
        start = self.at
        sign = next((sign for sign in SIGNS if self._take(sign)), None)
        low = self._operand()
        if not self._take(".."):
            if low is None:
                raise errors.value_expected(self._here(), self._next())
            return Compare(sign or "=", low)
        high = self._operand()
        if sign is not None or self.text.startswith("..", self.at):
            raise errors.not_an_interval(Span(start, self.at))
        if low is None and high is None:
            raise errors.value_expected(Span(start, self.at), "..")
        return Interval(low, high)

    def _operand(self) -> Operand | None:
        """The value that stands here, if there is one."""
        self._spaces()
        start = self.at
        fold = self._take("@")
        pieces: list[tuple[str, bool]] = []
        while self.at < len(self.text) and not self._ended():
            opens = self.text[self.at] == "'" and (not pieces or pieces[-1][1])
            pieces.append((self._quoted(), True) if opens else (self._plain(), False))
        quoted = any(quoted for _, quoted in pieces)
        if pieces and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0].rstrip(), False)
        text = "".join(piece for piece, _ in pieces)
        if not text and not quoted:
            if fold:
                raise errors.value_expected(self._here(), self._next())
            return None
        return Operand(text, Span(start, start + len(self.text[start : self.at].rstrip())), fold, quoted)

    def _ended(self) -> bool:
        return self.text[self.at] in _ENDS or self.text.startswith("..", self.at)

    def _plain(self) -> str:
        start = self.at
        while self.at < len(self.text) and not self._ended():
            self.at += 1
        return self.text[start : self.at]

    def _quoted(self) -> str:
        """The text in quotes; two quotes in it are one."""
        found = _QUOTED.match(self.text, self.at)
        if found is None:
            raise errors.not_closed(Span(self.at, len(self.text)), "'")
        self.at = found.end()
        return found[1].replace("''", "'")

    def _take(self, sign: str) -> bool:
        self._spaces()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _here(self) -> Span:
        return Span(self.at, min(self.at + 1, len(self.text)))

    def _next(self) -> str:
        return repr(self.text[self.at]) if self.at < len(self.text) else "the end"
