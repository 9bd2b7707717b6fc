"""The kinds of window: which instants count, seen from the instant of evaluation *now*.

Each is closed at its end and open or closed at its start as its docstring says (of a Relative window each edge says so
itself); nothing else in the code decides about edges. What they say in plain Python stands in
``parcours.language.windows``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Ever:
    """Every instant up to and including now."""

    tag: ClassVar[str] = "ever"


@dataclass(frozen=True, slots=True)
class Rolling:
    """Between two ages: ``now - oldest < t <= now - newest``, in microseconds.

    ``Rolling(30 days)`` is "in the last 30 days": an event of exactly 30 days ago has just left it. With
    ``closed`` the instant ``now - oldest`` itself still counts. Negative ages lie in the future:
    ``Rolling(0, -7 days)`` is "in the next 7 days".
    """

    oldest: int
    newest: int = 0
    closed: bool = False
    tag: ClassVar[str] = "rolling"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whole calendar units in a time zone, relative to the unit that holds now (0; -1 is the one before).

    ``Calendar("month", 0, 0)`` is this month, ``("month", -1, -1)`` last month, ``("week", -3, 0)`` the last
    four weeks with the current one. Contains ``t`` when ``start(first) <= t < start(last + 1)`` and, unless
    ``future``, ``t <= now``. Units: day, week (from Monday), month, quarter, year.
    """

    unit: str
    first: int = 0
    last: int = 0
    zone: str = "UTC"
    future: bool = False
    tag: ClassVar[str] = "calendar"


@dataclass(frozen=True, slots=True)
class Absolute:
    """Fixed dates: ``start <= t < end`` and, unless ``future``, ``t <= now``; microseconds, ``None`` is open."""

    start: int | None = None
    end: int | None = None
    future: bool = False
    tag: ClassVar[str] = "absolute"


@dataclass(frozen=True, slots=True)
class Edge:
    """An instant seen from now: now, or the beginning of the unit ``aligned`` that holds it, moved by ``n`` units.

    Units are those of ``parcours.language.calendar``. Beginnings of days and longer units, and steps of days and
    more from them, go by the calendar of the window's zone; everything else by that of UTC. From the month on a step
    to a day that the month does not have ends on its last day. ``closed`` tells whether the instant is inside.
    """

    n: int = 0
    unit: str = "day"
    aligned: str | None = None
    closed: bool = True
    tag: ClassVar[str] = "edge"


@dataclass(frozen=True, slots=True)
class Relative:
    """From one edge to another, both relative to now; ``None`` is open. Reaches into the future.

    ``Relative(Edge(-1, "month"), Edge())`` is "in the last month", to the instant. Made by
    ``parcours.language.windows.relative``, which gives a window of another kind where one says the same.
    """

    lower: Edge | None = None
    upper: Edge | None = None
    zone: str = "UTC"
    tag: ClassVar[str] = "relative"


Window: TypeAlias = Ever | Rolling | Calendar | Absolute | Relative
