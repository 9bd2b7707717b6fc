"""Problems in a text, shown where they are: the line, a caret below the place, the message and the hint."""

from __future__ import annotations

import unicodedata

from parcours.core.errors import DefinitionError, ParcoursError, Span

#: Longer lines are shown in part, around the place.
_WIDTH = 100
_CUT = "…"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    before = text[: max(0, min(offset, len(text)))]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def caret(text: str, span: Span) -> str:
    """The line that ``span`` starts in, with carets below it; of a longer span the part in that line.

    An empty span is one caret between two characters, or behind the last one.
    """
    start = max(0, min(span.start, len(text)))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : len(text) if last < 0 else last].rstrip("\r")
    column = min(start - first, len(line))
    shown, column, length = _window(line, column, max(1, min(span.end - span.start, len(line) - column)))
    gutter = f"{text.count(chr(10), 0, start) + 1} | "
    below = " " * len(gutter) + " " * _cells(shown[:column]) + "^" * max(1, _cells(shown[column : column + length]))
    return f"{gutter}{_printable(shown)}\n{below}"


def show(error: ParcoursError, text: str) -> str:
    """The error as a terminal shows it: every problem with its place in ``text``.

    Problems without a span are shown with the place that they name.
    """
    problems = error.problems if isinstance(error, DefinitionError) and error.problems else (error,)
    return "\n\n".join(_shown(problem, text) for problem in problems)


def _shown(problem: ParcoursError, text: str) -> str:
    if problem.span is None:
        return str(problem)
    line, column = line_and_column(text, problem.span.start)
    lines = [f"{line}:{column}: {problem.message}", caret(text, problem.span)]
    if problem.hint is not None:
        lines.append(f"  hint: {problem.hint}")
    return "\n".join(lines)


def _window(line: str, column: int, length: int) -> tuple[str, int, int]:
    """The part of a long line around the place, the place in it and how much of it is marked."""
    if len(line) <= _WIDTH:
        return line, column, length
    start = max(0, min(column - _WIDTH // 3, len(line) - _WIDTH))
    shown = line[start : start + _WIDTH]
    column -= start
    length = min(length, len(shown) - column)
    if start > 0:
        shown, column = _CUT + shown, column + len(_CUT)
    return (shown + _CUT if start + _WIDTH < len(line) else shown), column, max(1, length)


def _printable(line: str) -> str:
    return "".join(" " if character == "\t" or not character.isprintable() else character for character in line)


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
