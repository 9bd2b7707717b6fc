r"""Java patterns, read: ``java.util.regex.Pattern`` as of Java 21 without canonical equivalence, ``\X`` and ``\b{g}``.

Word boundaries know ASCII letters only, as ``\w`` does (Java did so first in version 19).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from parcours.language.patterns import sets
from parcours.language.patterns.properties import named
from parcours.language.patterns.sets import Both, CharSet, Not, Range, Union, chars, folded
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

#: Longer patterns, higher repetition counts, deeper groups and larger written-out forms are refused.
MAX_LENGTH, MAX_COUNT, MAX_DEPTH, MAX_SIZE = 1_000, 1_000, 50, 20_000

_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_CLASSES: dict[str, tuple[CharSet, CharSet]] = {
    "d": (sets.DIGIT, sets.UNICODE_DIGIT),
    "w": (sets.WORD, sets.UNICODE_WORD),
    "s": (sets.SPACE, sets.UNICODE_SPACE),
    "h": (sets.HORIZONTAL, sets.HORIZONTAL),
    "v": (sets.VERTICAL, sets.VERTICAL),
}
_NEWLINE = Or((Seq((One(chars("\r")), One(chars("\n")))), One(sets.VERTICAL)))
_BLANKS = " \t\n\x0b\f\r"


class BadPattern(ValueError):
    """The pattern is malformed or beyond the limits; the message is half a sentence."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A pattern, the number of its groups and their names."""

    part: Part
    groups: int
    names: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Flags:
    any_case: bool = False  # i
    lines: bool = False  # m
    dot_all: bool = False  # s
    unicode_case: bool = False  # u
    comments: bool = False  # x
    unix_lines: bool = False  # d
    unicode: bool = False  # U


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


class _Reader:
    def __init__(self, source: str) -> None:
        self._chars = list(_unquoted(source))
        self._at = 0
        self._depth = 0
        self._flags = _Flags()
        self.groups = 0
        self.names: dict[str, int] = {}

    # --- characters ----------------------------------------------------------------------------------

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

    @property
    def _folds(self) -> bool:
        """Whether case is ignored in every script (in ASCII it is ignored by widening the sets)."""
        return self._flags.any_case and (self._flags.unicode_case or self._flags.unicode)

    def _cased(self, set_: CharSet) -> CharSet:
        return folded(set_) if self._flags.any_case else set_

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

    def _class_escape(self, char: str) -> CharSet | None:
        if char.lower() in _CLASSES:
            plain, unicode = _CLASSES[char.lower()]
            set_ = unicode if self._flags.unicode else plain
            return set_ if char.islower() else Not(set_)
        return self._property(char) if char in "pP" else None

    def _property(self, char: str) -> CharSet:
        name = self._next("a property")
        if name == "{":
            name = self._until("}", "the name of a property")
        set_ = named(name, unicode=self._flags.unicode, any_case=self._flags.any_case)
        if set_ is None:
            raise BadPattern(f"\\{char}{{{name}}} is not a known property")
        return set_ if char == "p" else Not(set_)

    def _char_escape(self, char: str) -> str:
        match char:
            case "0":
                return self._octal()
            case "x":
                return self._hex(self._until("}", "\\x{…}") if self._took("{") else self._digits(_HEX, 2), 2)
            case "u":
                return self._utf16()
            case "c":
                return chr(ord(self._next("a control character")) ^ 64)
            case "N":
                return self._named_char()
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isascii() and char.isalpha():
            raise BadPattern(f"\\{char} is not known")
        return char

    def _took(self, char: str) -> bool:
        found = self._raw_sees(char)
        self._at += found
        return found

    def _octal(self) -> str:
        digits = self._digits("01234567", 1)
        digits += self._digits("01234567", 2 if digits and digits in "0123" else 1)
        if not digits:
            raise BadPattern("\\0 is followed by an octal number")
        return chr(int(digits, 8))

    def _hex(self, digits: str, least: int) -> str:
        good = all(digit in _HEX for digit in digits) and 0 < len(digits) < 9
        if not good or (len(digits) < least and not self._chars[self._at - 1][0] == "}"):
            raise BadPattern("\\x is followed by two hexadecimal digits, or by any in braces")
        return self._char(int(digits, 16))

    def _char(self, code: int) -> str:
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise BadPattern(f"{code:X} is not a character")
        return chr(code)

    def _utf16(self) -> str:
        high = self._four()
        if 0xD800 <= high < 0xDC00 and self._raw_sees("\\u"):
            self._at += 2
            return self._char(0x10000 + ((high - 0xD800) << 10) + (self._four() - 0xDC00))
        return self._char(high)

    def _four(self) -> int:
        digits = self._digits(_HEX, 4)
        if len(digits) != 4:
            raise BadPattern("\\u is followed by four hexadecimal digits")
        return int(digits, 16)

    def _named_char(self) -> str:
        if not self._took("{"):
            raise BadPattern("\\N is followed by the name of a character in braces")
        name = self._until("}", "the name of a character")
        try:
            return unicodedata.lookup(name)
        except KeyError:
            raise BadPattern(f"there is no character named {name!r}") from None

    # --- classes -------------------------------------------------------------------------------------

    def _class(self) -> CharSet:
        """What stands between brackets, of which the first is taken."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadPattern(f"classes are nested deeper than {MAX_DEPTH}")
        denied = self._take("^")
        found = self._operand(first=True)
        while self._take("&&"):
            right = self._operand(first=False)
            found = right if found is None else found if right is None else Both(found, right)
        if not self._take("]"):
            raise BadPattern("a class […] is not closed")
        if found is None:
            raise BadPattern("&& stands between two classes")
        self._depth -= 1
        return Not(found) if denied else found

    def _operand(self, first: bool) -> CharSet | None:
        """The union of what stands up to ``&&`` or the end of the class; a bracket that comes first is a character."""
        items: list[CharSet] = []
        while self.more() and not self._sees("&&") and (not self._sees("]") or (first and not items)):
            items.append(self._item())
        return Union(tuple(items)) if items else None

    def _item(self) -> CharSet:
        char, quoted = self._chars[self._at]
        self._at += 1
        if not quoted and char == "[":
            return self._class()
        if not quoted and char == "\\":
            escape = self._next("an escape")
            set_ = self._class_escape(escape)
            if set_ is not None:
                return set_
            if escape == "R":
                raise BadPattern("\\R cannot stand in a class")
            char = self._char_escape(escape)
        return self._range(char)

    def _range(self, low: str) -> CharSet:
        after = self._chars[self._at + 1 : self._at + 2]
        if not self._sees("-") or after in ([], [("]", False)], [("[", False)]):
            return self._cased(Range(ord(low), ord(low)))
        self._at += 1
        high = self._end_of_range()
        if high < low:
            raise BadPattern(f"the range {low}-{high} is empty")
        return self._cased(Range(ord(low), ord(high)))

    def _end_of_range(self) -> str:
        quoted = self._chars[self._at][1]
        char = self._next("a range")
        if quoted or char != "\\":
            return char
        escape = self._next("an escape")
        if escape in "dDwWsShHvVpPR":
            raise BadPattern("a range does not end in a class")
        return self._char_escape(escape)


_HEX = "0123456789abcdefABCDEF"
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
