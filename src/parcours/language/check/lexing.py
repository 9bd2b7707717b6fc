"""What the text languages share when they cut a text into words: tokens, limits, and text in quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from parcours.core.errors import Span
from parcours.language.check.problems import Problems

#: The longest text that is read, in characters.
MOST_CHARACTERS = 20_000
#: The deepest nesting of a text: brackets, prefixes, operators on operators, steps of a reference.
MOST_LEVELS = 64
#: The most elements of a list, arguments of a function or operands of ``and`` and ``or``.
MOST_ITEMS = 1_000

_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_NO_CHARACTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, its kind (the language says which there are) and what it stands for."""

    kind: str
    text: str
    span: Span
    value: int | float | str | None = None


def too_long(text: str, problems: Problems) -> bool:
    """Whether the text is longer than :data:`MOST_CHARACTERS`; then that is a problem."""
    if len(text) <= MOST_CHARACTERS:
        return False
    problems.add(
        "parse.too-long",
        f"the text has {len(text)} characters; at most {MOST_CHARACTERS} are read",
        Span(MOST_CHARACTERS, len(text)),
        "split the rule into segments and refer to these",
    )
    return True


def unquoted(body: str, start: int, escapes: Mapping[str, str], problems: Problems) -> str:
    """The text that the inside of quotes stands for; ``start`` is where it begins in the source.

    ``escapes`` gives the character for each letter behind a backslash; ``\\uXXXX`` is always known. Two of these may
    name one character beyond the first 65,536 together, as in Java.
    """

    def character(match: re.Match[str]) -> str:
        letter = match[1]
        if len(letter) == 5:
            return chr(int(letter[1:], 16))
        if letter not in escapes:
            problems.add(
                "parse.bad-escape",
                f"{match[0]!r} is not an escape",
                Span(start + match.start(), start + match.end()),
                f"write \\\\{letter} for a backslash before {letter!r}; escapes are {_known(escapes)}",
            )
        return escapes.get(letter, letter)

    text = _ESCAPED.sub(character, body)
    if _NO_CHARACTER.search(text) is None:
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        problems.add(
            "parse.bad-escape",
            "half of a character: \\ud800 to \\udfff come in pairs",
            Span(start, start + len(body)),
            "write the character itself",
        )
        return ""


def _known(escapes: Mapping[str, str]) -> str:
    return " ".join(f"\\{letter}" for letter in escapes) + " \\uXXXX"
