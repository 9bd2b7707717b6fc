"""Dates inside lists of the profile that a rule holds against windows: devices seen in the last 30 days.

Like a date attribute, each such date is a row of a stream: so what passes an edge of the window is known, and time
alone makes nobody else worth another look.
"""

from __future__ import annotations

from collections.abc import Iterator

from parcours.core.schema import Kind
from parcours.language.scopes import inner
from parcours.language.tree import Aggregate, Attribute, Each, Field, InWindow, Node, Quantifier, walk

_DATES = (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY)
#: The lists whose elements are the rows around, innermost first: by path from the profile, ``None`` for others.
_Lists = tuple[str | None, ...]


def inner_dates(node: Node, lists: _Lists = ()) -> Iterator[tuple[InWindow, str | None]]:
    """The windows over what rows hold, each with the path of the date in the profile (``None``: it is another)."""
    if isinstance(node, Aggregate):
        return
    if isinstance(node, InWindow) and any(isinstance(part, Field) for part in walk(node.value)):
        yield node, _path(node.value, lists) if node.value.type.kind in _DATES else None
        return
    own = _path(node.over, lists) if isinstance(node, Each | Quantifier) else None
    for part, more in inner(node):
        yield from inner_dates(part, ((own,) + (None,) * (more - 1) if more else ()) + lists)


def _path(node: Node, lists: _Lists) -> str | None:
    match node:
        case Attribute(path=path):
            return ".".join(path)
        case Field(path=path, up=up) if up < len(lists) and lists[up] is not None:
            return ".".join((str(lists[up]), *path))
        case Each(kind="filter" | "ascending" | "descending", over=over):
            return _path(over, lists)
        case _:
            return None
