"""The ends of free windows as text: ``now``, ``now - 30 days``, ``start of month``, ``start of day + 2 hours``."""

from __future__ import annotations

import re

from parcours.core.errors import InputError
from parcours.language.calendar import UNITS
from parcours.language.window_kinds import Edge

_EDGE = re.compile(r"\s*(?:now|start\s+of\s+([a-z]+))\s*(?:([+-])\s*(\d{1,9})\s*([a-z]+?)s?)?\s*")
_STEP = re.compile(r"\s*(\d{1,9})\s*(month|quarter|year|decade|century|millennium)s?\s*")
EXAMPLES = "now, now - 30 days, start of month, start of day + 2 hours"


def read_edge(text: object, *, closed: bool) -> Edge:
    """The edge written in ``text``.

    Raises:
        InputError: it is none.
    """
    found = _EDGE.fullmatch(text) if isinstance(text, str) else None
    aligned, sign, number, unit = found.groups() if found else (None, None, None, None)
    if found is None or not {unit, aligned} - {None} <= {*UNITS}:
        raise InputError(f"{text!r} is no end of a window", code="bad-edge", hint=f"for example: {EXAMPLES}")
    n = 0 if number is None else int(number) * (-1 if sign == "-" else 1)
    return Edge(n, unit or "day", aligned, closed)


def print_edge(edge: Edge) -> str:
    """The text that :func:`read_edge` reads as this edge."""
    base = "now" if edge.aligned is None else f"start of {edge.aligned}"
    if edge.n == 0:
        return base
    return f"{base} {'-' if edge.n < 0 else '+'} {steps_in_words(abs(edge.n), edge.unit)}"


def steps_in_words(n: int, unit: str) -> str:
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


def calendar_step(text: object) -> tuple[int, str] | None:
    """The number and unit of a length of time that the calendar counts: ``3 months``."""
    found = _STEP.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else (int(found[1]), found[2])
