"""Wait: holds a run for a length of time, or until a moment (journeys.md, section 6).

A day in a length of time is 24 hours, whatever the clocks do. A moment that has passed, or is not known, lets the run
go on at once (J8). The zone of local times is read when the wait starts (J10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, TypeAlias

import msgspec
import numpy as np

from parcours.core.clock import DAY, duration, is_zone
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import (
    OUT,
    STAY,
    Activity,
    Edge,
    Moves,
    Names,
    RuleText,
    Targets,
    edge,
    everyone,
)
from parcours.flow.journeys.activities.best_hour import MEMORY, best_hour
from parcours.flow.journeys.activities.local import (
    UNKNOWN,
    Instants,
    Zones,
    constant_moment,
    local_microseconds,
    moment_of_text,
    time_of_day,
)
from parcours.flow.journeys.activities.occurrences import next_occurrence
from parcours.flow.journeys.activities.timing import Length, length_problems, tested
from parcours.flow.journeys.activities.values import moments_of
from parcours.flow.journeys.problems import wrong_value
from parcours.language.frontends import is_expression

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_UNTIL = ("for", "until", "until_local", "time_of_day", "best_hour")


class BestHour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hour, at most ``within`` away, at which the person tends to give ``signal``.

    ``explore``: percent of the runs that leave at an hour drawn at random, so that habits that change are seen.
    """

    signal: Literal["opened", "clicked"] = "opened"
    within: Length = "24 hours"
    explore: float = 0.0


class Wait(Activity, frozen=True, kw_only=True):
    """Holds the run in one of five ways, as long as it takes: there is no longest wait.

    * ``for``: a length of time from the arrival, ``7 days``.
    * ``until``: an expression (``{journey: "…"}``) or a constant that gives an instant or a local time. An instant is
      used as it is (J7), a local time or a date is read in the zone.
    * ``until_local``: a date and time for everybody, by the clock of each.
    * ``time_of_day`` (``09:00``), if wanted with ``weekdays``: the next time that the clocks show it, after the
      arrival: who arrives at that very moment waits for the next one.
    * ``best_hour``: when the person tends to open or click.

    The zone is that of the journey or of the person, as the journey says; ``zone`` names another. ``spread``: each run
    leaves up to so much later, always as much for a person and run, so that not all leave in the same second.
    ``when`` is tested on arrival: where it is false, the wait takes no part in the race that it stands in (R5), and
    a run that no other way is open to ends normally.

    A test waits as long as its settings say, a dry run not at all (section 13).
    """

    kind: ClassVar[str] = "wait"
    parks: ClassVar[bool] = True

    length: Length | None = msgspec.field(name="for", default=None)
    until: Any = None
    until_local: str | None = None
    time_of_day: str | None = None
    weekdays: tuple[Weekday, ...] = ()
    best_hour: BestHour | None = None
    zone: str | None = None
    spread: Length | None = None
    when: Any = None
    then: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        given = [setting for setting in _UNTIL if self._setting(setting) is not None]
        if len(given) != 1:
            yield DefinitionError(
                "a wait needs one of " + ", ".join(_UNTIL) + (f"; found {' and '.join(given)}" if given else ""),
                code="missing-setting" if not given else "bad-setting",
                where=given[1] if given else "for",
                hint='for: 7 days, or until: {journey: "…"}',
            )
        yield from length_problems("for", self.length)
        yield from length_problems("spread", self.spread, least=0)
        yield from self._moment_problems()
        if self.zone is not None and not is_zone(self.zone):
            yield wrong_value("zone", f"{self.zone!r} is not a time zone")

    def _setting(self, name: str) -> object:
        return self.length if name == "for" else getattr(self, name)

    def _moment_problems(self) -> Iterator[ParcoursError]:
        if self.until is not None and not is_expression(self.until) and constant_moment(self.until) is None:
            yield _no_moment("until", self.until, "2026-03-01T10:00, 2026-03-01T10:00:00Z")
        if self.until_local is not None and local_microseconds(self.until_local) is None:
            yield _no_moment("until_local", self.until_local, "2026-03-01T10:00, without zone or offset")
        if self.time_of_day is not None and time_of_day(self.time_of_day) in (None, DAY):
            yield _no_moment("time_of_day", self.time_of_day, '"09:00"')
        if self.weekdays and self.time_of_day is None:
            yield DefinitionError(
                "weekdays need a time of day", code="missing-setting", where="time_of_day", hint='time_of_day: "09:00"'
            )
        if self.best_hour is not None:
            yield from length_problems("best_hour.within", self.best_hour.within)
            if not 0 <= self.best_hour.explore <= 100:
                yield wrong_value("best_hour.explore", "expected percent, from 0 to 100")

    def rules(self) -> tuple[RuleText, ...]:
        written = (RuleText("until", self.until, usage="time"),) if is_expression(self.until) else ()
        return written if self.when is None else (*written, RuleText("when", self.when))

    def edges(self) -> tuple[Edge, ...]:
        return (edge("elapsed", self.then, "then"),)

    def elapsed(self) -> str:
        return "elapsed"

    def step(self, arrivals: Arrivals) -> Moves:
        moves = everyone(arrivals, STAY)
        if self.when is not None:
            moves[~arrivals.holds("when")] = OUT
        return Moves(moves, due=self._due(arrivals))

    def _due(self, arrivals: Arrivals) -> Instants:
        shortened = tested(arrivals)
        if shortened is not None:
            return arrivals.at + np.int64(shortened)
        if arrivals.mode == "dry":
            return arrivals.at
        found = self._moments(arrivals)
        if self.spread is not None:
            later = (arrivals.draw("spread") * duration(self.spread)).astype(np.int64)
            found = np.where(found == UNKNOWN, found, found + later)
        return np.maximum(arrivals.at, found)

    def _moments(self, arrivals: Arrivals) -> Instants:
        """When the wait is over, whether that has passed or not; :data:`UNKNOWN` where nobody knows."""
        if self.length is not None:
            return arrivals.at + np.int64(duration(self.length))
        zones = arrivals.zones() if self.zone is None else (np.zeros(len(arrivals), np.intp), [self.zone])
        if self.until_local is not None:
            return moment_of_text(self.until_local, zones)
        if self.time_of_day is not None:
            return next_occurrence(arrivals.at, zones, time_of_day(self.time_of_day) or 0, self.weekdays)
        if self.best_hour is not None:
            return _best(self.best_hour, arrivals, zones)
        return (
            moments_of(arrivals.value("until"), zones)
            if is_expression(self.until)
            else moment_of_text(self.until, zones)
        )


def _best(best: BestHour, arrivals: Arrivals, zones: Zones) -> Instants:
    within = duration(best.within)
    due = best_hour(arrivals.at, zones, arrivals.told(best.signal, MEMORY), within)
    exploring = arrivals.draw("explore") * 100 < best.explore
    anywhere = arrivals.at + (arrivals.draw("hour") * within).astype(np.int64)
    return np.where(exploring, anywhere, due)


def _no_moment(setting: str, value: object, example: str) -> DefinitionError:
    return DefinitionError(
        f"{value!r} is no such moment", code="bad-time", where=setting, hint=f"for example {example}"
    )
