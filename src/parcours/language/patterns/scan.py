r"""A Java pattern character by character: flags, what ``\\Q…\\E`` quotes, blanks and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parcours.language.patterns import sets
from parcours.language.patterns.sets import CharSet, folded

#: Longer patterns, higher repetition counts, deeper groups and larger written-out forms are refused.
MAX_LENGTH, MAX_COUNT, MAX_DEPTH, MAX_SIZE = 1_000, 1_000, 50, 20_000

_BLANKS = " \t\n\x0b\f\r"


class BadPattern(ValueError):
    """The pattern is malformed or beyond the limits; the message is half a sentence."""


@dataclass(frozen=True, slots=True)
class Flags:
    any_case: bool = False  # i
    lines: bool = False  # m
    dot_all: bool = False  # s
    unicode_case: bool = False  # u
    comments: bool = False  # x
    unix_lines: bool = False  # d
    unicode: bool = False  # U


def _unquoted(source: str) -> Iterator[tuple[str, bool]]:
    r"""The characters, and whether they stand between ``\Q`` and ``\E``."""
    at = 0
    while at < len(source):
        if source.startswith("\\Q", at):
            end = source.find("\\E", at + 2)
            end = len(source) if end < 0 else end
            yield from ((char, True) for char in source[at + 2 : end])
            at = end + 2
        elif source[at] == "\\":
            yield from ((char, False) for char in source[at : at + 2])
            at += 2
        else:
            yield source[at], False
            at += 1


class Scanner:
    """What is left of a pattern, and the flags that hold there."""

    def __init__(self, source: str) -> None:
        self._chars = list(_unquoted(source))
        self._at = 0
        self._depth = 0
        self._flags = Flags()
        self.groups = 0
        self.names: dict[str, int] = {}

    def more(self) -> bool:
        """Whether anything is left, blanks and comments aside where these are allowed."""
        if self._flags.comments:
            self._skip_blanks()
        return self._at < len(self._chars)

    def _skip_blanks(self) -> None:
        comment = False
        while self._at < len(self._chars):
            char, quoted = self._chars[self._at]
            if quoted or not (comment or char in _BLANKS or char == "#"):
                return
            comment = (comment or char == "#") and char not in sets.LINE_ENDS
            self._at += 1

    def _sees(self, text: str) -> bool:
        """Whether ``text``, unquoted, comes next; blanks before it are skipped where these are allowed."""
        return self.more() and self._raw_sees(text)

    def _raw_sees(self, text: str) -> bool:
        return self._chars[self._at : self._at + len(text)] == [(char, False) for char in text]

    def _take(self, text: str) -> bool:
        found = self._sees(text)
        self._at += len(text) if found else 0
        return found

    def _next(self, what: str) -> str:
        if self._at >= len(self._chars):
            raise BadPattern(f"it ends within {what}")
        self._at += 1
        return self._chars[self._at - 1][0]

    def _until(self, end: str, what: str) -> str:
        taken = ""
        while not self._raw_sees(end):
            taken += self._next(what)
        self._at += 1
        return taken

    def _digits(self, allowed: str = "0123456789", most: int = 10) -> str:
        taken = ""
        while len(taken) < most and self._at < len(self._chars) and self._chars[self._at][0] in allowed:
            taken += self._next("a number")
        return taken

    @property
    def _folds(self) -> bool:
        """Whether case is ignored in every script (in ASCII it is ignored by widening the sets)."""
        return self._flags.any_case and (self._flags.unicode_case or self._flags.unicode)

    def _cased(self, set_: CharSet) -> CharSet:
        return folded(set_) if self._flags.any_case else set_
