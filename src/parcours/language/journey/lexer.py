"""A text of the journey expression language, cut into tokens (expression-language.md, section 2).

Inside the braces of a reference names may hold ``-``, and every word is a name; outside ``a-b`` is a subtraction. So
the lexer follows the brackets. Wrong words are reported and replaced by what was meant where that is clear, so that
the parser can go on and find the other problems, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from parcours.core.errors import Span
from parcours.language.check.lexing import Token, too_long, unquoted
from parcours.language.check.problems import Problems

KEYWORDS = ("and", "or", "not", "is", "has", "null", "true", "false", "if", "then", "else")
ESCAPES: Mapping[str, str] = {
    "\\": "\\",
    '"': '"',
    "'": "'",
    "/": "/",
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
}
_LARGEST = 2**63
#: Signs of other languages, and what they are called here.
_MEANT = {
    "=": "==",
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "=>": ">=",
    "=<": "<=",
}
_QUOTE_NAMES = "write names with other characters than a-z, A-Z, 0-9, _ and - in quotes: @{Event.'prénom'}"
_QUOTES = "“”„‘’«»`"

_WORD = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>//[^\n]*)
    | (?P<decimal>[0-9]+\.[0-9]+)
    | (?P<integer>[0-9]+)
    | (?P<name>[^\W\d]\w*)
    | (?P<string>"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*')
    | (?P<curly>[“„][^“”„\n\r]*[“”]|[‘‚][^‘’\n\r]*[‘’]|«[^»\n\r]*»)
    | (?P<open_string>["'][^\n\r]*)
    | (?P<sigil>@(?:event|action)(?![A-Za-z0-9_-])|[@\#])
    | (?P<sign>===|!==|<>|=>|=<|&&|\|\||[=!<>]=|[-+*/%<>()\[\]{}.,:=!&|])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FIELD = re.compile(r"(?P<field>[^\W\d][\w-]*)")
_CLOSING = {")": "(", "]": "[", "}": "{"}


def tokens(text: str, problems: Problems) -> list[Token]:
    """The tokens of the text, ``end`` last. Kinds: integer, decimal, string, name, field, keyword, sign, sigil, end."""
    found: list[Token] = [] if too_long(text, problems) else list(_words(text, problems))
    found.append(Token("end", "", Span(len(text), len(text))))
    return found


def _words(text: str, problems: Problems) -> Iterator[Token]:
    position = 0
    brackets: list[str] = []
    before = ""
    while position < len(text):
        in_braces = bool(brackets) and brackets[-1] == "{"
        as_field = before == "." or (in_braces and before in ("{", ","))
        match = (_FIELD.match(text, position) if as_field else None) or _WORD.match(text, position)
        assert match is not None, "every character is a word at least"
        position = match.end()
        token = _token(match, as_field, problems)
        if token is None:
            continue
        before = token.text if token.kind == "sign" else token.kind
        if before in _CLOSING.values():
            brackets.append(before)
        elif before in _CLOSING and brackets:
            brackets.pop()
        yield token


def _token(match: re.Match[str], as_field: bool, problems: Problems) -> Token | None:
    """The token of a match, or ``None`` for what only separates."""
    kind, text, span = str(match.lastgroup), match[0], Span(match.start(), match.end())
    if kind in ("name", "field") and not text.isascii():
        problems.add("parse.unknown-character", f"unexpected letters in the name {text!r}", span, _QUOTE_NAMES)
    match kind:
        case "space":
            return None
        case "comment":
            problems.add("parse.comment", "comments are not part of the language", span, "remove the comment")
            return None
        case "integer":
            return Token(kind, text, span, _integer(text))
        case "decimal":
            return Token(kind, text, span, _decimal(text, span, problems))
        case "name":
            return Token("keyword" if text in KEYWORDS else "name", text, span)
        case "string":
            return Token(kind, text, span, unquoted(text[1:-1], span.start + 1, ESCAPES, problems))
        case "curly":
            problems.add(
                "parse.unknown-character", f"unexpected quote {text[0]!r}", span, "write straight quotes: \" or '"
            )
            return Token("string", text, span, text[1:-1])
        case "open_string":
            return _open_string(text, span, problems)
        case "sign" if text in _MEANT:
            meant = _MEANT[text]
            problems.add("parse.sign", f"expected {meant!r}, found {text!r}", span, f"write {meant!r}")
            return Token("keyword" if meant in KEYWORDS else "sign", meant, span)
        case "other":
            return _unknown(text, span, as_field, problems)
        case _:
            return Token(kind, text, span)


def _integer(text: str) -> int | None:
    """The number, or ``None`` beyond 64 bits; 2^63 itself is kept, since a sign may stand before it."""
    digits = text.lstrip("0") or "0"
    return None if len(digits) > 19 or int(digits) > _LARGEST else int(digits)


def _decimal(text: str, span: Span, problems: Problems) -> float:
    value = float(text)
    if value == float("inf"):
        problems.add(
            "parse.number-too-large", "the number is too large for a decimal", span, "the largest is about 1.8 × 10^308"
        )
    return value


def _open_string(text: str, span: Span, problems: Problems) -> Token:
    problems.add(
        "parse.unclosed-text",
        f"expected {text[0]} at the end of the text, found the end of the line",
        span,
        "write a line break inside a text as \\n",
    )
    return Token("string", text, span, text[1:])


def _unknown(text: str, span: Span, as_field: bool, problems: Problems) -> Token | None:
    hint = None
    if text in _QUOTES:
        hint = "write straight quotes: \" or '"
    elif as_field:
        hint = _QUOTE_NAMES
    elif text.isspace():
        hint = "write a plain space"
    elif text == ";":
        hint = "an expression ends by itself"
    shown = repr(text) if text.isprintable() else f"U+{ord(text):04X}"
    problems.add("parse.unknown-character", f"unexpected character {shown}", span, hint)
    return None
