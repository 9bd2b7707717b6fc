"""What a filter expression may speak of beside its field: the day, the user, his lists, how dates are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Context:
    """When and for whom a filter expression is read. Nothing here is taken from the clock.

    Attributes:
        today: the actual day, from which tokens and formulas count. Without it the expression becomes a rule that stays
            in force: its days move on with the time of evaluation.
        work_date: the day that the user has set; today when left out.
        now: the instant of token ``now``.
        user: id of the current user (``%me``, ``%user``); company: name of the current company (``%company``).
        lists: the numbers on the user's own lists, by token: ``mycustomers``, ``myitems``, ``myvendors``.
        date_order: the order in which days are written: ``dmy``, ``mdy`` or ``ymd``. ISO dates are always understood.
        language: words of tokens and weekdays beside the English ones: ``en`` or ``fr``.
        fiscal_month: the month in which a fiscal year begins; its accounting periods are months.
        zone: the time zone of days in fields of dates with time.
    """

    today: date | None = None
    work_date: date | None = None
    now: datetime | None = None
    user: str | None = None
    company: str | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    date_order: str = "dmy"
    language: str = "en"
    fiscal_month: int = 1
    zone: str = "UTC"

    @property
    def working(self) -> date | None:
        """The work date, or today."""
        return self.work_date or self.today
