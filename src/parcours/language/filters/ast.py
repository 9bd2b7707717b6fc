"""What a filter expression says, before anything is known of its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from parcours.core.errors import Span

#: How deep parentheses may be nested, how long an expression may be, and how many values it may hold.
DEPTH_LIMIT = 64
LENGTH_LIMIT = 20_000
VALUE_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Operand:
    """A value as it was written, without its quotes. ``*`` and ``?`` are wildcards, in quotes, too.

    ``fold`` is the ``@`` before it, ``quoted`` tells that quotes were there: ``''`` is the empty value.
    """

    text: str
    span: Span
    fold: bool = False
    quoted: bool = False

    @property
    def wild(self) -> bool:
        return "*" in self.text or "?" in self.text


@dataclass(frozen=True, slots=True)
class Compare:
    """The field compared with a value; ``sign`` is ``=``, ``<>``, ``<``, ``<=``, ``>`` or ``>=``."""

    sign: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Interval:
    """``low..high``, both ends included; an end that is ``None`` is open. One of them is there."""

    low: Operand | None
    high: Operand | None


@dataclass(frozen=True, slots=True)
class Either:
    """``a|b``: one of them holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """``a&b``: all of them hold for the same value."""

    parts: tuple[Filter, ...]


Filter: TypeAlias = Compare | Interval | Either | Both
