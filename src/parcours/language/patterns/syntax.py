"""The parts of a pattern, whatever they are searched with. Flags are gone: they are in the sets and assertions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from parcours.language.patterns.sets import CharSet


class Place(StrEnum):
    """What an assertion of no width asks for. Line ends are those of Java; ``unix`` ones are ``\\n`` only."""

    START = "start of the text"
    END = "end of the text"
    LAST_END = "end, or before a line end that ends the text"
    LINE_START = "start of a line"
    LINE_END = "end of a line"
    UNIX_LAST_END = "end, or before a newline that ends the text"
    UNIX_LINE_START = "start of the text or after a newline"
    UNIX_LINE_END = "end of the text or before a newline"
    WORD_EDGE = "between a word character and another"
    NO_WORD_EDGE = "not between a word character and another"
    UNICODE_WORD_EDGE = "the same, for word characters of any script"
    NO_UNICODE_WORD_EDGE = "not there"
    CONTINUED = "where the last match ended"


class Greed(StrEnum):
    GREEDY = ""
    LAZY = "?"
    POSSESSIVE = "+"


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set; ``fold`` compares regardless of case, in any script."""

    set: CharSet
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Seq:
    """Parts one after the other; without parts the empty text."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """The first of the options that leads to a match."""

    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``body`` at least ``least`` and at most ``most`` times (``None``: any number)."""

    body: Part
    least: int
    most: int | None
    greed: Greed


@dataclass(frozen=True, slots=True)
class Group:
    """A group whose text can be asked for by ``number``, from 1."""

    body: Part
    number: int


@dataclass(frozen=True, slots=True)
class Atomic:
    """``body`` as it first matches, never another way."""

    body: Part


@dataclass(frozen=True, slots=True)
class Look:
    """Whether ``body`` matches (not, if ``denied``) from here on, or up to here."""

    body: Part
    ahead: bool
    denied: bool


@dataclass(frozen=True, slots=True)
class Again:
    """The text of an earlier group once more."""

    number: int
    fold: bool
    unicode_fold: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """A condition on the place, of no width."""

    place: Place


Part: TypeAlias = One | Seq | Or | Repeat | Group | Atomic | Look | Again | At
EMPTY = Seq(())


def inner(part: Part) -> tuple[Part, ...]:
    """The parts directly inside."""
    match part:
        case Seq(parts=parts) | Or(options=parts):
            return parts
        case Repeat(body=body) | Group(body=body) | Atomic(body=body) | Look(body=body):
            return (body,)
        case _:
            return ()


def widths(part: Part) -> tuple[int, int | None]:
    """The least and the most characters that the part can match (``None``: no bound)."""
    match part:
        case One():
            return 1, 1
        case Seq(parts=parts):
            found = [widths(one) for one in parts]
            return sum(least for least, _ in found), _bound(sum, [most for _, most in found])
        case Or(options=options):
            found = [widths(option) for option in options]
            tops = [most for _, most in found]
            return min(least for least, _ in found), max(
                most for most in tops if most is not None
            ) if None not in tops else None
        case Repeat(body=body, least=least, most=most):
            low, high = widths(body)
            if high == 0:
                return 0, 0
            return low * least, None if most is None or high is None else high * most
        case Group(body=body) | Atomic(body=body):
            return widths(body)
        case Again():
            return 0, None
        case _:
            return 0, 0


def _bound(join: Callable[[list[int]], int], tops: list[int | None]) -> int | None:
    known = [top for top in tops if top is not None]
    return join(known) if len(known) == len(tops) else None


def size(part: Part) -> int:
    """How many parts there are when every repetition is written out."""
    own = sum(size(one) for one in inner(part)) + 1
    if isinstance(part, Repeat):
        return own * max(part.least, part.most or part.least + 1, 1)
    return own
