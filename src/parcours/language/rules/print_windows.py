"""Windows as keys of a condition: the inverse of :mod:`parcours.language.rules.windows`."""

from __future__ import annotations

from dataclasses import replace

from parcours.core.clock import MILLISECOND, in_words, iso
from parcours.language.calendar import MONTHS
from parcours.language.edges import canonical
from parcours.language.rules import errors
from parcours.language.rules.edges import print_edge, steps_in_words
from parcours.language.rules.vocabulary import EDGES, FIXED_WINDOWS, FOREVER
from parcours.language.tree_json import to_json
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import relative


def print_window(window: Window, *, future: bool) -> dict[str, object]:
    """The keys that :class:`WindowReader` reads back as ``window``; none for ever. ``future`` as there.

    Raises:
        RuleError: there is no such window in the rule tree (code ``not-expressible``).
    """
    match window:
        case Ever() if not future:
            return {}
        case Rolling(oldest=oldest, newest=newest, closed=closed) if newest < oldest or (newest == oldest and closed):
            return _print_rolling(window, future)
        case Absolute(start=start, end=end, future=False) if not future and (start, end) != (None, None):
            bounds = zip(FIXED_WINDOWS, (start, end), strict=True)
            return {key: iso(bound) for key, bound in bounds if bound is not None}
        case Calendar(first=first, last=last) if window.future == future and first <= last and (future or first <= 0):
            keys = _print_calendar(window)
            return keys if window.zone == "UTC" else {**keys, "zone": window.zone}
        case Relative(lower=lower, upper=upper, zone=zone) if (lower, upper) != (None, None):
            return _print_relative(lower, upper, zone, future)
        case Ever() | Absolute() | Calendar() | Relative(None, None):
            fields = {name: value for name, value in to_json(window).items() if name != "node"}
            return {"window": {window.tag: fields}}
        case _:
            raise errors.not_expressible("such a window")


def _print_rolling(window: Rolling, future: bool) -> dict[str, object]:
    oldest, newest = window.oldest, window.newest
    if window.closed:
        return _print_free(window)
    if oldest == FOREVER and newest > 0:
        return {"more_than_ago": length_in_words(newest)}
    if newest == 0 and oldest < FOREVER:
        return {"in_last": length_in_words(oldest)}
    if newest > 0 and oldest < FOREVER:
        return {"between_ages": [length_in_words(newest), length_in_words(oldest)]}
    if future and oldest == 0 and newest != -FOREVER:
        return {"in_next": length_in_words(-newest)}
    if future and oldest < 0 and newest == -FOREVER:
        return {"more_than_ahead": length_in_words(-oldest)}
    return _print_free(window)


def _print_free(window: Rolling) -> dict[str, object]:
    """A rolling window between two edges, or in its fields when these are not whole milliseconds."""
    edges = [Edge(-(age // MILLISECOND), "millisecond") for age in (window.oldest, window.newest)]
    lower, upper = (canonical(edge) for edge in edges)
    if relative(replace(lower, closed=window.closed), upper) == window and max(abs(lower.n), abs(upper.n)) < 10**9:
        return {"window": {"from" if window.closed else "after": print_edge(lower), "to": print_edge(upper)}}
    return {"window": {"rolling": {"oldest": window.oldest, "newest": window.newest, "closed": window.closed}}}


def _print_relative(lower: Edge | None, upper: Edge | None, zone: str, future: bool) -> dict[str, object]:
    ends = tuple(None if edge is None else _steps(edge) for edge in (lower, upper))
    match ends:
        case ((n, unit, False), (0, "", True)) if n < 0:
            return {"in_last": steps_in_words(-n, unit)}
        case (None, (n, unit, True)) if n < 0:
            return {"more_than_ago": steps_in_words(-n, unit)}
        case ((0, "", False), (n, unit, True)) if future and n > 0:
            return {"in_next": steps_in_words(n, unit)}
        case ((n, unit, False), None) if future and n > 0:
            return {"more_than_ahead": steps_in_words(n, unit)}
        case ((oldest, old, False), (newest, new, True)) if oldest < 0 and newest < 0:
            return {"between_ages": [steps_in_words(-newest, new), steps_in_words(-oldest, old)]}
    keys = [(key, lower if start else upper, closed) for key, (start, closed) in EDGES.items()]
    shape: dict[str, object] = {key: print_edge(edge) for key, edge, closed in keys if edge and edge.closed == closed}
    return {"window": shape if zone == "UTC" else {**shape, "zone": zone}}


def _steps(edge: Edge) -> tuple[int, str, bool] | str:
    """The steps of an edge that the calendar counts from now, none for now itself; a text for any other edge."""
    if edge.aligned is not None or (edge.n and edge.unit not in MONTHS):
        return "another"
    return edge.n, edge.unit if edge.n else "", edge.closed


def _print_calendar(window: Calendar) -> dict[str, object]:
    unit, first, last = window.unit, window.first, window.last
    if first == last and first in (-1, 0, 1):
        return {{-1: "last", 0: "this", 1: "next"}[first]: unit}
    count: dict[str, object] = {"unit": unit, "count": last - first + 1}
    if last in (-1, 0) and first < last:
        return {"last_units": {**count, "include_current": True} if last == 0 else count}
    if window.future and first in (0, 1) and first < last:
        return {"next_units": {**count, "include_current": True} if first == 0 else count}
    return {"units": {"unit": unit, "from": first, "to": last}}


def length_in_words(length: int) -> str:
    """A length of time in microseconds as ``duration`` reads it back, exact to the microsecond."""
    rest = length % MILLISECOND
    whole = in_words(length - rest) if length > rest else ""
    return f"{whole} {rest / MILLISECOND:.3f} ms".strip() if rest else whole or in_words(0)
