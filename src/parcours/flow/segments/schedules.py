"""When a batch segment is evaluated: cron text in a time zone, at most once a day (segment-membership.md, section 4).

The instants follow from the text alone; which of them have passed is asked with instants, never of a clock. Where the
clocks go forward over the time of day, the run takes place at the first instant after the gap; where they go back, at
the first of the two.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from parcours.core.clock import DAY, as_datetime, instant, is_zone
from parcours.core.errors import DefinitionError, nearest

BATCH = "batch"
KEYS = ("method", "schedule", "zone")
_EXAMPLE = 'for example: evaluation: {method: batch, schedule: "0 3 * * *", zone: Europe/Paris}'


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a batch segment is evaluated.

    Attributes:
        cron: minute, hour, day of month, month, day of week.
        zone: the time zone of these.
    """

    cron: str
    zone: str = "UTC"

    def __str__(self) -> str:
        return f"{self.cron} ({self.zone})"

    def next_after(self, moment: int) -> int:
        """The first instant of the schedule after ``moment``, in microseconds."""
        return _next(self.cron, self.zone, moment)

    def last_passed(self, prev: int, now: int) -> int | None:
        """The last instant of the schedule after ``prev`` and not after ``now``."""
        found = None
        moment = self.next_after(max(prev, now - _LONGEST_GAP))
        while moment <= now:
            found, moment = moment, self.next_after(moment)
        if found is None and now - prev > _LONGEST_GAP:  # a schedule with years between its instants
            moment = self.next_after(prev)
            while moment <= now:
                found, moment = moment, self.next_after(moment)
        return found

    def to_json(self) -> dict[str, str]:
        """As a definition writes it."""
        return {"method": BATCH, "schedule": self.cron, "zone": self.zone}

    @staticmethod
    def from_json(shape: Mapping[str, object]) -> Schedule:
        """The schedule of ``evaluation`` in a definition, which :func:`evaluation_problems` has found no fault with."""
        return Schedule(" ".join(str(shape["schedule"]).split()), str(shape.get("zone", "UTC")))


_LONGEST_GAP = 400 * DAY
_PROBED_FROM = 1_700_000_000_000_000


@functools.lru_cache(maxsize=4_096)
def _next(cron: str, zone: str, moment: int) -> int:
    local = as_datetime(moment).astimezone(ZoneInfo(zone))
    return instant(next(CronSim(cron, local)).astimezone(UTC))


def evaluation_problems(shape: object) -> list[DefinitionError]:
    """What is wrong with ``evaluation`` in a definition."""
    if not isinstance(shape, Mapping):
        return [_wrong("evaluation", f"expected a method with its schedule, found {shape!r}")]
    problems = [
        DefinitionError(
            f"{key!r} is not a key of an evaluation",
            code="unknown-key",
            where=f"evaluation.{key}",
            hint=nearest(str(key), KEYS),
        )
        for key in shape
        if key not in KEYS
    ]
    if shape.get("method") != BATCH:
        message = f"the only method that can be chosen is {BATCH}, found {shape.get('method')!r}"
        problems.append(_wrong("evaluation.method", message, "without evaluation: the rule itself decides"))
    zone = shape.get("zone", "UTC")
    if not isinstance(zone, str) or not is_zone(zone):
        problems.append(_wrong("evaluation.zone", f"{zone!r} is not a time zone", "for example: Europe/Paris"))
    if "schedule" not in shape:
        problems.append(_wrong("evaluation.schedule", "there is no schedule"))
    elif (problem := _cron_problem(shape["schedule"])) is not None:
        problems.append(_wrong("evaluation.schedule", problem))
    return problems


def _cron_problem(cron: object) -> str | None:
    if not isinstance(cron, str) or len(cron.split()) != 5:
        return f"{cron!r} is no cron text: minute, hour, day of month, month, day of week"
    try:
        times = CronSim(cron, as_datetime(_PROBED_FROM))
    except CronSimError as error:
        return f"{cron!r} is no cron text: {str(error)[:1].lower()}{str(error)[1:]}"
    if len(times.minutes) * len(times.hours) > 1:
        return f"{cron!r} runs more than once a day; a batch segment is evaluated at most daily"
    if next(times, None) is None:
        return f"{cron!r} never comes"
    return None


def _wrong(where: str, message: str, hint: str = _EXAMPLE) -> DefinitionError:
    return DefinitionError(message, code="bad-schedule", where=where, hint=hint)
