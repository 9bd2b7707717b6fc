"""Numbers drawn from series (contact-segments.md, section 6)."""

from __future__ import annotations

import re
from typing import Any

from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import setup
from parcours.core.errors import Refused

_DIGITS = re.compile(r"(\d+)(?=\D*$)")


def put_series(desk: Desk, code: str, next: str, *, description: str = "", manual_allowed: bool = True) -> None:
    """Make or change a series; ``next`` is the number that is drawn next.

    Raises:
        Refused: ``series-without-digits``.
    """
    if not _DIGITS.search(next):
        raise Refused(f"{next!r} has no digits to count up", code="series-without-digits", hint="for example SM00001")
    values: dict[str, Any] = {"description": description, "next": next, "manual_allowed": manual_allowed}
    if desk.find(setup.number_series, code) is None:
        desk.add(setup.number_series, code=code, **values)
    else:
        desk.change(setup.number_series, code, **values)


def draw(desk: Desk, code: str, missing: str, what: str) -> str:
    """The next number of a series; see :func:`draw_many`."""
    return draw_many(desk, code, missing, what, 1)[0]


def draw_many(desk: Desk, code: str, missing: str, what: str, count: int) -> list[str]:
    """The next numbers of a series, in order.

    Args:
        desk: where.
        code: the series, or blank.
        missing: the code of the refusal when there is no such series: ``segment-no-series-missing``.
        what: for people: ``segments``.
        count: how many.

    Raises:
        Refused: there is no such series.
    """
    row = desk.find(setup.number_series, code) if code else None
    if row is None:
        raise Refused(f"no number series is set up for {what}", code=missing, hint="set one up, or type a number")
    numbers = [str(row["next"])]
    for _ in range(count):
        numbers.append(counted_up(numbers[-1]))
    desk.change(setup.number_series, code, next=numbers.pop())
    return numbers


def typed(desk: Desk, code: str, number: str, what: str) -> str:
    """A number typed by a user, in upper case.

    Raises:
        Refused: ``manual-no-not-allowed``, the series forbids it.
    """
    row = desk.find(setup.number_series, code) if code else None
    if row is not None and not row["manual_allowed"]:
        raise Refused(
            f"numbers of {what} may not be typed", code="manual-no-not-allowed", hint="leave the number blank"
        )
    return number.strip().upper()


def counted_up(number: str) -> str:
    """The number after this one: its last group of digits plus one, as long as before where it fits."""

    def plus_one(digits: re.Match[str]) -> str:
        return str(int(digits[1]) + 1).zfill(len(digits[1]))

    return _DIGITS.sub(plus_one, number, count=1)
