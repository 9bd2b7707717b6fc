"""Windows as keys of a condition (``in_last: 30 days``) and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from parcours.core.clock import MILLISECOND, duration, instant
from parcours.core.errors import InputError, nearest
from parcours.language.check.report import Report
from parcours.language.check.windows import check_window, is_zone
from parcours.language.rules import errors
from parcours.language.rules.edges import calendar_step, read_edge
from parcours.language.rules.vocabulary import (
    CALENDAR_UNITS,
    CALENDAR_WINDOWS,
    EDGES,
    FOREVER,
    FUTURE_WINDOWS,
)
from parcours.language.tree_json import window_from_json
from parcours.language.window_kinds import Absolute, Calendar, Edge, Rolling, Window
from parcours.language.windows import relative

Shape = Mapping[str, object]

#: One calendar unit, counted from the current one.
NEIGHBOURS: Mapping[str, int] = {"this": 0, "last": -1, "previous": -1, "next": 1}
#: The kinds of window that can be written out in their fields (see ``tree``); times are in microseconds.
RAW_WINDOWS: Mapping[str, Mapping[str, type]] = {
    "ever": {},
    "relative": {},
    "rolling": {"oldest": int, "newest": int, "closed": bool},
    "calendar": {"unit": str, "first": int, "last": int, "zone": str, "future": bool},
    "absolute": {"start": int, "end": int, "future": bool},
}


class WindowReader:
    """Reads the window keys of one condition at ``where``. Problems go to ``report``; a bad window is ``None``."""

    def __init__(self, shape: Shape, where: str, report: Report, *, future: bool) -> None:
        self.shape = shape
        self.where = where
        self.report = report
        self.future = future

    def moving(self, key: str) -> Window | None:
        """The window that ``key`` (one of ``MOVING_WINDOWS``) describes."""
        if key in FUTURE_WINDOWS and not self.future:
            self.report.add(errors.future_window(self.where, key))
            return None
        if key in CALENDAR_WINDOWS:
            return self._calendar(key)
        if key == "between_ages":
            return self._between_ages()
        if key == "window":
            return self._free()
        return self._rolling(key)

    def fixed(self, keys: Sequence[str]) -> Window | None:
        """The window of ``from`` and ``until``, whichever of the two is there."""
        bounds = {key: self.instant(key) for key in keys}
        if None in bounds.values():
            return None
        start, end = bounds.get("from"), bounds.get("until")
        if start is not None and end is not None and start >= end:
            self.report.add(errors.empty_window(f"{self.where}.until", "the window ends before it starts"))
            return None
        return Absolute(start, end)

    def instant(self, key: str) -> int | None:
        """The instant written behind ``key``; without an offset it is in ``zone``, and that is UTC by default."""
        found, zone = self.shape[key], self.zone()
        try:
            if not isinstance(found, str | datetime):
                found = str(found)
            return instant(found) if zone is None else instant(localised(found, zone))
        except InputError as error:
            self.report.add(errors.bad_time(f"{self.where}.{key}", error))
            return None

    def zone(self) -> str | None:
        """The checked ``zone`` of the condition, ``None`` when there is none (or a bad one, which is reported)."""
        found = self.shape.get("zone")
        if found is None or is_zone(found):
            return found  # type: ignore[return-value]
        close = nearest(found, available_timezones()) if isinstance(found, str) else None
        self.report.add(errors.bad_zone(f"{self.where}.zone", found, close))
        return None

    def _rolling(self, key: str) -> Window | None:
        step = calendar_step(self.shape[key])
        if step is not None and step[0] > 0:
            return _stepped(key, *step)
        length = self._duration(self.shape[key], f"{self.where}.{key}")
        if length is None:
            return None
        return {
            "in_last": Rolling(length),
            "in_next": Rolling(0, -length),
            "more_than_ago": Rolling(FOREVER, length),
            "more_than_ahead": Rolling(-length, -FOREVER),
        }[key]

    def _between_ages(self) -> Window | None:
        where, found = f"{self.where}.between_ages", self.shape["between_ages"]
        if not isinstance(found, list | tuple) or len(found) != 2:
            self.report.add(errors.bad_pair(where, found, "between_ages: [30 days, 60 days]"))
            return None
        if any(calendar_step(age) is not None for age in found):
            return self._stepped_ages(found, where)
        newest = self._duration(found[0], f"{where}[0]", least=0)
        oldest = self._duration(found[1], f"{where}[1]")
        if newest is None or oldest is None:
            return None
        if newest >= oldest:
            self.report.add(errors.empty_window(where, "the first age must be smaller than the second"))
            return None
        return Rolling(oldest, newest)

    def _stepped_ages(self, found: Sequence[object], where: str) -> Window | None:
        """Ages of which at least one is counted in months or longer units."""
        edges = []
        for number, age in enumerate(found):
            step = calendar_step(age)
            if step is not None:
                edges.append(Edge(-step[0], step[1], closed=number == 0))
                continue
            length = self._duration(age, f"{where}[{number}]", least=0)
            if length is None:
                return None
            edges.append(Edge(-(length // MILLISECOND), "millisecond", closed=number == 0))
        return relative(edges[1], edges[0])

    def _free(self) -> Window | None:
        """A window between two edges, or one written out in the fields of its kind."""
        where, found = f"{self.where}.window", self.shape["window"]
        if not isinstance(found, Mapping) or not found:
            self.report.add(errors.not_a_mapping(where, found, "a window"))
            return None
        kind = next(iter(found)) if len(found) == 1 else None
        if kind in RAW_WINDOWS:
            return self._raw(str(kind), found[kind], f"{where}.{kind}")
        problems = [
            errors.unknown_key(where, str(key), (*EDGES, "zone")) for key in found if key not in (*EDGES, "zone")
        ]
        ends: dict[bool, Edge] = {}
        for key, (start, closed) in EDGES.items():
            if key in found:
                if start in ends:
                    problems.append(errors.two_windows(where, [key for key in EDGES if key in found]))
                try:
                    ends[start] = read_edge(found[key], closed=closed)
                except InputError as error:
                    problems.append(errors.bad_time(f"{where}.{key}", error))
        if not ends and not problems:
            problems.append(errors.missing_key(where, "from", 'window: {from: "start of month", to: now}'))
        for problem in problems:
            self.report.add(problem)
        zone = WindowReader(found, where, self.report, future=True).zone() or "UTC"
        return None if problems else relative(ends.get(True), ends.get(False), zone)

    def _raw(self, kind: str, found: object, where: str) -> Window | None:
        try:
            if not isinstance(found, Mapping) or not set(found) <= set(RAW_WINDOWS[kind]):
                raise TypeError("not its fields")
            window = window_from_json({"node": kind, **found})
        except (TypeError, KeyError):
            self.report.add(errors.not_a_mapping(where, found, f"the fields of a window of kind {kind}"))
            return None
        if not sound(window):
            self.report.add(errors.not_a_mapping(where, found, f"the fields of a window of kind {kind}"))
            return None
        return window if check_window(window, where, self.report) else None

    def _duration(self, found: object, where: str, least: int = 1) -> int | None:
        try:
            if isinstance(found, bool) or not isinstance(found, str):
                raise InputError(
                    f"{errors.shown(found)} is not a length of time",
                    code="bad-duration",
                    hint="write a number and a unit: 30 minutes, 12 hours, 90 days, 2 weeks",
                )
            length = duration(found)
        except InputError as error:
            self.report.add(errors.bad_time(where, error))
            return None
        if length < least or length >= FOREVER:
            self.report.add(errors.empty_window(where, f"{found!r} is no useful length of time"))
            return None
        return length

    def _calendar(self, key: str) -> Window | None:
        zone = self.zone()
        place = f"{self.where}.{key}"
        if key in NEIGHBOURS:
            unit = self._unit(self.shape[key], place)
            first = last = NEIGHBOURS[key]
            return None if unit is None else Calendar(unit, first, last, zone or "UTC", self.future)
        span = self._span(key, place)
        return None if span is None else Calendar(*span, zone or "UTC", self.future)

    def _span(self, key: str, where: str) -> tuple[str, int, int] | None:
        found = self.shape[key]
        if not isinstance(found, Mapping):
            self.report.add(errors.not_a_mapping(where, found, "calendar units"))
            return None
        known = ("unit", "from", "to") if key == "units" else ("unit", "count", "include_current")
        extra = [str(part) for part in found if part not in known]
        for part in extra:
            self.report.add(errors.unknown_key(where, part, known))
        unit = self._unit(found.get("unit"), f"{where}.unit")
        span = self._ends(found, where) if key == "units" else self._counted(key, found, where)
        return None if unit is None or span is None or extra else (unit, *span)

    def _counted(self, key: str, found: Mapping[str, object], where: str) -> tuple[int, int] | None:
        count = self._whole(found.get("count"), f"{where}.count", least=1)
        current = found.get("include_current", False)
        if not isinstance(current, bool):
            self.report.add(errors.not_true_or_false(f"{where}.include_current", current))
            return None
        if count is None:
            return None
        return (current - count, current - 1) if key == "last_units" else (1 - current, count - current)

    def _ends(self, found: Mapping[str, object], where: str) -> tuple[int, int] | None:
        first = self._whole(found.get("from"), f"{where}.from")
        last = self._whole(found.get("to"), f"{where}.to")
        if first is None or last is None:
            return None
        if first > last:
            self.report.add(errors.empty_window(where, "the window ends before it starts"))
            return None
        if first > 0 and not self.future:
            self.report.add(errors.future_window(self.where, "units"))
            return None
        return first, last

    def _unit(self, found: object, where: str) -> str | None:
        if isinstance(found, str) and found in CALENDAR_UNITS:
            return found
        self.report.add(errors.bad_unit(where, found, CALENDAR_UNITS))
        return None

    def _whole(self, found: object, where: str, least: int | None = None) -> int | None:
        if isinstance(found, bool) or not isinstance(found, int) or abs(found) > 100_000:
            self.report.add(errors.bad_number_of_units(where, found, least))
            return None
        if least is not None and found < least:
            self.report.add(errors.bad_number_of_units(where, found, least))
            return None
        return found


def localised(text: str | datetime, zone: str) -> datetime:
    """The date or time as an aware ``datetime``, read in ``zone`` unless it has an offset of its own.

    Raises:
        InputError: the text is no ISO-8601 date or time.
    """
    try:
        moment = datetime.fromisoformat(text.strip()) if isinstance(text, str) else text
    except ValueError:
        instant(text)  # raises the error with its hint
        raise
    local = moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment
    return local.astimezone(UTC)


def sound(window: Window) -> bool:
    """Whether the fields of a window written out hold what they should."""
    kinds = RAW_WINDOWS[window.tag]
    return all(
        type(value) is kind or (value is None and window.tag == "absolute" and kind is int)
        for name, kind in kinds.items()
        for value in (getattr(window, name),)
    )


def _stepped(key: str, n: int, unit: str) -> Window:
    """The window of a length of time that the calendar counts."""
    match key:
        case "in_last":
            return relative(Edge(-n, unit, closed=False), Edge())
        case "in_next":
            return relative(Edge(closed=False), Edge(n, unit))
        case "more_than_ago":
            return relative(None, Edge(-n, unit))
        case _:
            return relative(Edge(n, unit, closed=False), None)
