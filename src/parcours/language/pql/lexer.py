"""Text -> tokens (profile-query-language.md, section 2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from parcours.core.errors import RuleError, Span
from parcours.language.pql import errors, limits

_LARGEST = 2**63  # one more than fits, because -2**63 does
_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"(\d+)(\.\d+)?(\w*)", re.ASCII)
_PARAMETER = re.compile(r"\$([0-9]+)")
_PUNCTUATION = re.compile(r"=>|!=|>=|<=|[()\[\]{},.:=><+\-*/%!^]")
_PIECE = re.compile(r'[^"\\\n]+|\\u[0-9a-fA-F]{4}|\\.|\\', re.DOTALL)
_ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "'": "'",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    TEXT = "text"
    INTEGER = "integer"
    DOUBLE = "double"
    PARAMETER = "parameter"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text or sign; ``value`` is its content: the resolved text, the number, the word itself."""

    kind: Kind
    value: str | int | float
    span: Span

    def __str__(self) -> str:
        """The token as an error calls it."""
        if self.kind is Kind.END:
            return "the end of the query"
        if self.kind is Kind.TEXT:
            shown = str(self.value)
            return "the text " + (repr(shown) if len(shown) <= 40 else repr(shown[:37] + "..."))
        return f"${self.value}" if self.kind is Kind.PARAMETER else str(self.value)


def tokens(text: str) -> tuple[list[Token], list[RuleError]]:
    """The tokens of ``text``, the last one its end, and what is wrong with its characters."""
    if len(text) > limits.MAX_LENGTH:
        return [], [errors.too_long(len(text))]
    lexer = _Lexer(text)
    lexer.run()
    return lexer.found, lexer.problems


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.found: list[Token] = []
        self.problems: list[RuleError] = []

    def run(self) -> None:
        while self.position < len(self.text):
            self._token()
        self._add(Kind.END, "", self.position)

    def _token(self) -> None:
        for pattern, take in _RULES:
            match = pattern.match(self.text, self.position)
            if match is not None:
                start, self.position = match.span()
                take(self, match, start)
                return
        start = self.position
        self.position += 1
        self.problems.append(errors.unknown_character(self._span(start), self.text[start]))

    def _span(self, start: int) -> Span:
        return Span(start, self.position)

    def _add(self, kind: Kind, value: str | int | float, start: int) -> None:
        self.found.append(Token(kind, value, self._span(start)))

    def _space(self, match: re.Match[str], start: int) -> None:
        pass

    def _name(self, match: re.Match[str], start: int) -> None:
        self._add(Kind.NAME, match[0], start)

    def _sign(self, match: re.Match[str], start: int) -> None:
        self._add(Kind.SIGN, match[0], start)

    def _parameter(self, match: re.Match[str], start: int) -> None:
        number = int(match[1][:9])
        self._add(Kind.PARAMETER, number, start)

    def _number(self, match: re.Match[str], start: int) -> None:
        if match[3]:
            self.problems.append(errors.bad_number(self._span(start), match[0]))
            return
        if match[2]:
            self._add(Kind.DOUBLE, self._double(match[0], start), start)
            return
        digits = match[1].lstrip("0") or "0"
        if len(digits) > 19 or int(digits) > _LARGEST:
            self.problems.append(errors.number_too_large(self._span(start)))
        else:
            self._add(Kind.INTEGER, int(digits), start)

    def _double(self, text: str, start: int) -> float:
        number = float(text)
        if number == float("inf"):
            self.problems.append(errors.number_too_large(self._span(start)))
        return number

    def _text(self, match: re.Match[str], start: int) -> None:
        pieces: list[str] = []
        while (piece := _PIECE.match(self.text, self.position)) is not None:
            self.position = piece.end()
            pieces.append(self._piece(piece))
        if self.text.startswith('"', self.position):
            self.position += 1
            self._add(Kind.TEXT, self._whole("".join(pieces), start), start)
        else:
            self.problems.append(errors.unclosed_text(self._span(start)))

    def _whole(self, text: str, start: int) -> str:
        """The text with pairs of surrogates joined; a half of a pair is no character."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.problems.append(errors.half_character(self._span(start)))
            return ""

    def _piece(self, match: re.Match[str]) -> str:
        piece = match[0]
        if not piece.startswith("\\"):
            return piece
        if len(piece) == 6:
            return chr(int(piece[2:], 16))
        if piece[1:] not in _ESCAPES:
            self.problems.append(errors.unknown_escape(Span(*match.span()), piece))
        return _ESCAPES.get(piece[1:], "")


_RULES: tuple[tuple[re.Pattern[str], Callable[[_Lexer, re.Match[str], int], None]], ...] = (
    (_SPACE, _Lexer._space),
    (_NAME, _Lexer._name),
    (_NUMBER, _Lexer._number),
    (re.compile('"'), _Lexer._text),
    (_PARAMETER, _Lexer._parameter),
    (_PUNCTUATION, _Lexer._sign),
)
