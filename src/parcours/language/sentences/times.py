"""Windows, lengths of time and dates in words (see :mod:`parcours.language.sentences.writer`)."""

from __future__ import annotations

from datetime import date, datetime, time

from parcours.core.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, as_datetime
from parcours.language.sentences.phrases import Phrases
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window

#: Lengths beyond this are read as "no bound": ten thousand years.
_ENDLESS = 3_652_425 * DAY
_LENGTHS = (
    ("day", DAY),
    ("hour", HOUR),
    ("minute", MINUTE),
    ("second", SECOND),
    ("millisecond", MILLISECOND),
    ("microsecond", 1),
)


class TimeWriter:
    """Writes what is about time in one language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.words = phrases.words

    def window(self, window: Window) -> str:
        match window:
            case Ever():
                return self.words["ever"]
            case Rolling():
                return self._rolling(window)
            case Calendar():
                zone = "" if window.zone == "UTC" else self.words["zone"].format(window.zone)
                return self._calendar(window) + zone
            case Relative(lower=lower, upper=upper, zone=zone):
                return self._relative(lower, upper) + ("" if zone == "UTC" else self.words["zone"].format(zone))
            case Absolute(start=start, end=end):
                key = "_".join(key for key, bound in (("from", start), ("until", end)) if bound is not None)
                bounds = [self.moment(as_datetime(bound)) for bound in (start, end) if bound is not None]
                return self.words[key or "ever"].format(*bounds)

    def _rolling(self, window: Rolling) -> str:
        oldest, newest = window.oldest, window.newest
        if oldest >= _ENDLESS:
            return self.words["more_than_ago"].format(self.length(newest))
        if newest <= -_ENDLESS:
            return self.words["more_than_ahead"].format(self.length(-oldest))
        if newest == 0 and not window.closed:
            return self._recent(oldest)
        if newest == 0:
            return self.words["in_last_closed"].format(self.length(oldest))
        if oldest == 0:
            return self.words["in_next"].format(self.length(-newest))
        if newest < 0:
            return self.words["around"].format(self.length(oldest), self.length(-newest))
        return self.words["between_ages"].format(self.length(newest), self.length(oldest))

    def _recent(self, length: int) -> str:
        """The last so and so many days; in other words when the length is not of one unit."""
        unit, size = next(((unit, size) for unit, size in _LENGTHS if length >= size), _LENGTHS[-1])
        count, rest = divmod(length, size)
        if rest or unit not in self.phrases.recent:
            return self.words["in_last"].format(self.length(length))
        return self.phrases.recent[unit][0 if count == 1 else 1].format(count)

    def _calendar(self, window: Calendar) -> str:
        unit, first, last = window.unit, window.first, window.last
        if first == last and first in (-1, 0, 1):
            return self.phrases.calendar[unit][first + 1]
        count = last - first + 1
        key = {(-1,): "last_units", (0,): "last_units_current"}.get((last,)) if first < last else None
        if key is None and first in (0, 1) and first < last:
            key = "next_units" if first == 1 else "next_units_current"
        if key is not None:
            return self.words[key].format(count, self.unit(unit, count))
        return self.words["units"].format(unit=self.unit(unit, 2), first=first, last=last)

    def length(self, length: int) -> str:
        """A length of time in whole units: ``90 days``, ``1 hour 30 minutes``."""
        parts: list[str] = []
        rest = abs(length)
        for unit, size in _LENGTHS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(f"{count} {self.unit(unit, count)}")
        return " ".join(parts) or f"0 {self.unit('second', 0)}"

    def unit(self, unit: str, count: int) -> str:
        return self.phrases.units[unit][0 if count == 1 else 1]

    # --- windows between edges ---

    def _relative(self, lower: Edge | None, upper: Edge | None) -> str:
        if lower is not None and upper == Edge() and lower.aligned is None and lower.n < 0 and not lower.closed:
            return self.words["in_last"].format(self.steps(-lower.n, lower.unit))
        if upper is not None and lower == Edge(closed=False) and upper.aligned is None and upper.n > 0:
            return self.words["in_next"].format(self.steps(upper.n, upper.unit))
        parts = []
        if lower is not None:
            parts.append(self.words["from_edge" if lower.closed else "after_edge"].format(self._edge(lower)))
        if upper is not None:
            parts.append(self.words["to_edge" if upper.closed else "before_edge"].format(self._edge(upper)))
        return " ".join(parts)

    def _edge(self, edge: Edge) -> str:
        base = self.words["now"] if edge.aligned is None else self.words["start_of"].format(self.unit(edge.aligned, 1))
        if edge.n == 0:
            return base
        key = "edge_back" if edge.n < 0 else "edge_ahead"
        return self.words[key].format(base, self.steps(abs(edge.n), edge.unit))

    def steps(self, n: int, unit: str) -> str:
        """So many units: ``3 months``."""
        return f"{n} {self.unit(unit, n)}"

    def moment(self, moment: date) -> str:
        form = self.words["first_day" if moment.day == 1 else "date"]
        day = form.format(day=moment.day, month=self.phrases.months[moment.month - 1], year=moment.year)
        if not isinstance(moment, datetime) or moment.time() == time():
            return day
        return f"{day} {moment.time().isoformat('auto')}".removesuffix(":00") + (" UTC" if moment.tzinfo else "")
