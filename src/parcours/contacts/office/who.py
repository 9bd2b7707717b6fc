"""Who works, and on which day: arguments of every operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Roles in which people work; what each may not is said where it is refused.
ROLES = ("", "team_member", "business_manager")


@dataclass(frozen=True, slots=True)
class Person:
    """The acting user.

    Attributes:
        id: the name that operations are recorded under.
        salesperson_code: the salesperson that the user is set up with; ``None`` takes it from the setup of users.
        role: blank (may do everything), ``team_member`` or ``business_manager``.
    """

    id: str = ""
    salesperson_code: str | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """When an operation happens.

    Attributes:
        at: the instant, in microseconds UTC.
        today: the actual day.
        work_date: the day that the user has set.
    """

    at: int
    today: date
    work_date: date

    @classmethod
    def of(cls, at: int, work_date: date | None = None, zone: str = "UTC") -> Days:
        """The day of an instant in a time zone; without a work date of the user's own it is that day, too."""
        today = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()
        return cls(at, today, work_date or today)

    @property
    def moment(self) -> datetime:
        """The instant as date and time in UTC."""
        return _EPOCH + timedelta(microseconds=self.at)
