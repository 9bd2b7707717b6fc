"""Where a character of a text stands in the YAML file that the text was written in.

A problem in a rule's text has its place in the text; people look for it in the file. Quotes, escapes, indentation and
folded lines lie between the two: the text and what was written are walked side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_ESCAPES = {"x": 4, "u": 6, "U": 10}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it was written.

    Attributes:
        raw: the characters in the file, quotes and the header of a block included.
        line, column: where they begin, from 1.
        style: ``'`` or ``"``, ``|`` or ``>`` for blocks, empty for a plain text.
    """

    raw: str
    line: int
    column: int
    style: str

    def place(self, text: str, offset: int) -> tuple[int, int]:
        """Line and column in the file of the character at ``offset`` of ``text``, which this was read as."""
        at = next(islice(self._places(text), min(offset, len(text)), None))
        before = self.raw[:at]
        newline = before.rfind("\n")
        column = self.column + at if newline < 0 else at - newline
        return self.line + before.count("\n"), column

    def _places(self, text: str) -> Iterator[int]:
        """The place in ``raw`` of each character, and of the end."""
        at = self._start()
        for character in text:
            at = self._skipped(character, at)
            yield at
            at += self._length(character, at)
        yield min(at, len(self.raw))

    def _start(self) -> int:
        if self.style in ("|", ">"):
            header = self.raw.find("\n") + 1
            return header + self._indent(header)
        return 1 if self.style else 0

    def _indent(self, at: int) -> int:
        """Spaces in front of the line at ``at``, but not more than in front of the first line of the block."""
        first = re.compile(r"\n( *)(?=[^ \n])").search(self.raw)
        found = re.compile(r" *").match(self.raw, at)
        return min(len(first.group(1)) if first else 0, len(found.group()) if found else 0)

    def _skipped(self, character: str, at: int) -> int:
        """Past what was written but is no part of the text: folded line ends with what surrounds them."""
        if self.style == "|" or character.isspace():
            return at
        while self.raw[at : at + 1].isspace() or (self.style == '"' and self.raw[at : at + 2] == "\\\n"):
            at += 1
        return at

    def _length(self, character: str, at: int) -> int:
        """How many characters were written for one of the text."""
        if self.style == '"' and self.raw[at : at + 1] == "\\":
            return _ESCAPES.get(self.raw[at + 1 : at + 2], 2)
        if self.style == "'" and character == "'":
            return 2
        if character == "\n" and self.style in ("|", ">"):
            return 1 + self._indent(at + 1)
        return 1
