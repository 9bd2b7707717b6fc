"""Sets of characters, as a class in brackets says them: ranges, Unicode properties, unions, intersections, complements.

A set has two readings, a class of Rust's ``regex`` and a test for one character. Properties are asked of the same
Unicode tables in both.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl


@dataclass(frozen=True, slots=True)
class Range:
    """The characters from ``lo`` to ``hi`` (code points, both included)."""

    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Property:
    """The characters with a Unicode property, named as Rust names it: ``L`` or ``sc=Greek``."""

    name: str


@dataclass(frozen=True, slots=True)
class Union:
    """The characters of any of the parts; without parts there are none."""

    parts: tuple[CharSet, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """The characters of both parts."""

    left: CharSet
    right: CharSet


@dataclass(frozen=True, slots=True)
class Not:
    """All other characters."""

    inner: CharSet


CharSet: TypeAlias = Range | Property | Union | Both | Not


def chars(*spans: str) -> Union:
    """The set of single characters and of spans such as ``a-z``."""
    return Union(tuple(Range(ord(span[0]), ord(span[-1])) for span in spans))


EVERYTHING = Range(0, 0x10FFFF)
DIGIT = chars("0-9")
WORD = chars("a-z", "A-Z", "0-9", "_")
SPACE = chars(" ", "\t-\r")
HORIZONTAL = chars(" ", "\t", "\xa0", "\u1680", "\u180e", "\u2000-\u200a", "\u202f", "\u205f", "\u3000")
VERTICAL = chars("\n-\r", "\x85", "\u2028-\u2029")
LINE_ENDS = "\n\r\x85\u2028\u2029"
NO_LINE_END = Not(chars(*LINE_ENDS))
NO_NEWLINE = Not(chars("\n"))
UNICODE_DIGIT = Property("Nd")
UNICODE_SPACE = Property("White_Space")
UNICODE_WORD = Union(tuple(map(Property, ("Alphabetic", "M", "Nd", "Pc", "Join_Control"))))


def folded(set_: CharSet) -> CharSet:
    """The set with the other case of every ASCII letter in a range of it (properties are left alone)."""
    if isinstance(set_, Union):
        return Union(tuple(folded(part) for part in set_.parts))
    if not isinstance(set_, Range):
        return set_
    more = [
        Range(lo + shift, hi + shift)
        for first, last, shift in ((0x41, 0x5A, 32), (0x61, 0x7A, -32))
        if (lo := max(first, set_.lo)) <= (hi := min(last, set_.hi))
    ]
    return Union((set_, *more)) if more else set_


def as_class(set_: CharSet) -> str:
    """The set as a class of Rust's ``regex``, in brackets."""
    match set_:
        case Range(lo=lo, hi=hi):
            return rf"[\x{{{lo:X}}}-\x{{{hi:X}}}]"
        case Property(name=name):
            return rf"[\p{{{name}}}]"
        case Union(parts=()):
            return r"[^\x{0}-\x{10FFFF}]"
        case Union(parts=parts):
            return "[" + "".join(map(as_class, parts)) + "]"
        case Both(left=left, right=right):
            return f"[{as_class(left)}&&{as_class(right)}]"
        case Not(inner=inner):
            return f"[^{as_class(inner)}]"


@functools.lru_cache(maxsize=65536)
def holds(set_: CharSet, char: str) -> bool:
    """Whether the character is in the set."""
    match set_:
        case Range(lo=lo, hi=hi):
            return lo <= ord(char) <= hi
        case Property(name=name):
            return _has(name, char)
        case Union(parts=parts):
            return any(holds(part, char) for part in parts)
        case Both(left=left, right=right):
            return holds(left, char) and holds(right, char)
        case Not(inner=inner):
            return not holds(inner, char)


def holds_folded(set_: CharSet, char: str) -> bool:
    """Whether the character, or one that differs from it only in case, is in the set."""
    return any(holds(set_, form) for form in {char, char.lower(), char.upper()} if len(form) == 1)


def _has(name: str, char: str) -> bool:
    found: bool = pl.Series([char]).str.contains(rf"\p{{{name}}}").item()
    return found
