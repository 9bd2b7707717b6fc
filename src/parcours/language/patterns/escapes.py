r"""Escapes and classes of a Java pattern: ``\d``, ``\x41``, ``\p{L}``, ``[a-z&&[^b]]``."""

from __future__ import annotations

import unicodedata

from parcours.language.patterns import sets
from parcours.language.patterns.properties import named
from parcours.language.patterns.scan import MAX_DEPTH, BadPattern, Scanner
from parcours.language.patterns.sets import Both, CharSet, Not, Range, Union

_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_CLASSES: dict[str, tuple[CharSet, CharSet]] = {
    "d": (sets.DIGIT, sets.UNICODE_DIGIT),
    "w": (sets.WORD, sets.UNICODE_WORD),
    "s": (sets.SPACE, sets.UNICODE_SPACE),
    "h": (sets.HORIZONTAL, sets.HORIZONTAL),
    "v": (sets.VERTICAL, sets.VERTICAL),
}
_HEX = "0123456789abcdefABCDEF"


class Escapes(Scanner):
    """Reads what stands for one character or a set of them."""

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
