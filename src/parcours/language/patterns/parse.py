r"""Java patterns, read: ``java.util.regex.Pattern`` as of Java 21 without canonical equivalence, ``\X`` and ``\b{g}``.

Word boundaries know ASCII letters only, as ``\w`` does (Java did so first in version 19).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from parcours.language.patterns import sets
from parcours.language.patterns.escapes import Escapes
from parcours.language.patterns.scan import MAX_COUNT, MAX_DEPTH, MAX_LENGTH, MAX_SIZE, BadPattern
from parcours.language.patterns.sets import CharSet, Range, chars
from parcours.language.patterns.syntax import (
    EMPTY,
    Again,
    At,
    Atomic,
    Greed,
    Group,
    Look,
    One,
    Or,
    Part,
    Place,
    Repeat,
    Seq,
    size,
)

__all__ = ["BadPattern", "Parsed", "parse"]

_NEWLINE = Or((Seq((One(chars("\r")), One(chars("\n")))), One(sets.VERTICAL)))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A pattern, the number of its groups and their names."""

    part: Part
    groups: int
    names: tuple[tuple[str, int], ...]


_FLAGS = {
    "i": "any_case",
    "m": "lines",
    "s": "dot_all",
    "u": "unicode_case",
    "x": "comments",
    "d": "unix_lines",
    "U": "unicode",
}


def parse(source: str) -> Parsed:
    """The pattern that ``source`` is.

    Raises:
        BadPattern: it is none, or it is beyond the limits.
    """
    if len(source) > MAX_LENGTH:
        raise BadPattern(f"it is longer than {MAX_LENGTH} characters")
    reader = _Reader(source)
    part = reader.alternatives()
    if reader.more():
        raise BadPattern("a closing ) has no opening one")
    if size(part) > MAX_SIZE:
        raise BadPattern("its repetitions make it too large")
    return Parsed(part, reader.groups, tuple(reader.names.items()))


class _Reader(Escapes):
    # --- structure -----------------------------------------------------------------------------------

    def alternatives(self) -> Part:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Or(tuple(options))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self.more() and not self._sees("|") and not self._sees(")"):
            part = self._atom()
            if part is not None:
                parts.append(self._repeated(part))
        return parts[0] if len(parts) == 1 else Seq(tuple(parts))

    def _atom(self) -> Part | None:
        """The next part; ``None`` for flags, which are none. A count without anything before it repeats nothing."""
        char, quoted = self._chars[self._at]
        if quoted:
            self._at += 1
            return self._literal(char)
        if char == "{":
            return EMPTY
        self._at += 1
        match char:
            case "(":
                return self._group()
            case "[":
                return One(self._class(), self._folds)
            case ".":
                return One(self._dot())
            case "^":
                return At(self._line(Place.START, Place.LINE_START, Place.UNIX_LINE_START))
            case "$":
                if self._flags.lines:
                    return At(Place.UNIX_LINE_END if self._flags.unix_lines else Place.LINE_END)
                return At(self._last_end())
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise BadPattern(f"there is nothing for {char} to repeat")
        return self._literal(char)

    def _line(self, place: Place, line: Place, unix: Place) -> Place:
        if not self._flags.lines:
            return place
        return unix if self._flags.unix_lines else line

    def _last_end(self) -> Place:
        return Place.UNIX_LAST_END if self._flags.unix_lines else Place.LAST_END

    def _dot(self) -> CharSet:
        if self._flags.dot_all:
            return sets.EVERYTHING
        return sets.NO_NEWLINE if self._flags.unix_lines else sets.NO_LINE_END

    def _literal(self, char: str) -> Part:
        return One(self._cased(Range(ord(char), ord(char))), self._folds)

    def _repeated(self, part: Part) -> Part:
        if self._take("*"):
            return self._greed(part, 0, None)
        if self._take("+"):
            return self._greed(part, 1, None)
        if self._take("?"):
            return self._greed(part, 0, 1)
        if self._take("{"):
            return self._counted(part)
        return part

    def _counted(self, part: Part) -> Part:
        least = self._digits()
        if not least:
            raise BadPattern("{ does not begin a repetition; write \\{ for the character")
        most: str | None = least
        if self._raw_sees(","):
            self._at += 1
            most = self._digits() or None
        if not self._raw_sees("}"):
            raise BadPattern("a repetition {… is not closed")
        self._at += 1
        return self._greed(part, int(least), None if most is None else int(most))

    def _greed(self, part: Part, least: int, most: int | None) -> Part:
        if most is not None and most < least:
            raise BadPattern(f"a repetition from {least} to {most} times is impossible")
        if max(least, most or 0) > MAX_COUNT:
            raise BadPattern(f"it repeats more than {MAX_COUNT} times")
        greed = Greed.LAZY if self._take("?") else Greed.POSSESSIVE if self._take("+") else Greed.GREEDY
        return Repeat(part, least, most, greed)

    # --- groups --------------------------------------------------------------------------------------

    def _group(self) -> Part | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadPattern(f"groups are nested deeper than {MAX_DEPTH}")
        before = self._flags
        part = self._special_group() if self._sees("?") else self._numbered()
        if part is None:  # flags for what follows
            self._depth -= 1
            return None
        self._flags = before
        self._depth -= 1
        return part

    def _numbered(self, name: str | None = None) -> Part:
        self.groups += 1
        number = self.groups
        if name is not None:
            if name in self.names:
                raise BadPattern(f"two groups are named {name}")
            self.names[name] = number
        return Group(self._closed(), number)

    def _closed(self) -> Part:
        part = self.alternatives()
        if not self._take(")"):
            raise BadPattern("a group is not closed")
        return part

    def _special_group(self) -> Part | None:
        self._at += 1
        for mark, make in _GROUPS.items():
            if self._raw_sees(mark):
                self._at += len(mark)
                return make(self._closed())
        if self._raw_sees("<"):
            self._at += 1
            return self._numbered(self._group_name())
        return self._flagged()

    def _group_name(self) -> str:
        name = self._until(">", "the name of a group")
        if not (name.isascii() and name.isalnum() and name[0].isalpha()):
            raise BadPattern(f"{name!r} is no name of a group: letters and digits, a letter first")
        return name

    def _flagged(self) -> Part | None:
        on = True
        while True:
            char = self._next("flags")
            if char == "-" and on:
                on = False
            elif char in _FLAGS:
                self._flags = replace(self._flags, **{_FLAGS[char]: on})
            elif char == ":":
                return self._closed()
            elif char == ")":
                return None
            else:
                raise BadPattern(f"(?{char} is not known")

    # --- escapes -------------------------------------------------------------------------------------

    def _escape(self) -> Part:
        char = self._next("an escape")
        if char in _PLACES:
            if char == "b" and self._raw_sees("{g}"):
                raise BadPattern("\\b{g} is not supported")
            place = _PLACES[char]
            if char in "bB" and self._flags.unicode:
                place = Place.UNICODE_WORD_EDGE if char == "b" else Place.NO_UNICODE_WORD_EDGE
            return At(self._last_end() if place is Place.LAST_END else place)
        if char == "R":
            return _NEWLINE
        if char == "k":
            return self._named_again()
        if char in "123456789":
            return self._numbered_again(char)
        set_ = self._class_escape(char)
        return One(set_) if set_ is not None else self._literal(self._char_escape(char))

    def _named_again(self) -> Part:
        if not self._raw_sees("<"):
            raise BadPattern("\\k is followed by the name of a group: \\k<name>")
        self._at += 1
        name = self._group_name()
        if name not in self.names:
            raise BadPattern(f"there is no group {name} before \\k<{name}>")
        return Again(self.names[name], self._flags.any_case, self._folds)

    def _numbered_again(self, digit: str) -> Part:
        number = int(digit)
        while self._at < len(self._chars) and not self._chars[self._at][1]:
            char = self._chars[self._at][0]
            if char not in "0123456789" or number * 10 + int(char) > self.groups:
                break
            number = number * 10 + int(self._next("a number"))
        return Again(number, self._flags.any_case, self._folds)


_PLACES = {
    "A": Place.START,
    "z": Place.END,
    "Z": Place.LAST_END,
    "G": Place.CONTINUED,
    "b": Place.WORD_EDGE,
    "B": Place.NO_WORD_EDGE,
}
_GROUPS: dict[str, Callable[[Part], Part]] = {
    ":": lambda body: body if isinstance(body, Or) else Seq((body,)),
    ">": Atomic,
    "=": lambda body: Look(body, True, False),
    "!": lambda body: Look(body, True, True),
    "<=": lambda body: Look(body, False, False),
    "<!": lambda body: Look(body, False, True),
}
