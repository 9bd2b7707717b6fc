"""Problems of the settings of a journey, each as a named function. They add nothing where there is no problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from parcours.core.clock import is_zone
from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.flow.journeys.definitions.dates import instant_in
from parcours.flow.journeys.problems import duration_problem, wrong_value


def length_problem(where: str, length: object, *, least: int = 1) -> Iterator[ParcoursError]:
    """A length of time that is none, or too long or short."""
    assert isinstance(length, str | int | float)
    yield from duration_problem(where, length, least=least)


def date_problem(where: str, written: object, zone: str) -> Iterator[ParcoursError]:
    """A date that is none; ``None`` is no date and no problem."""
    if written is None:
        return
    if not isinstance(written, str | date):
        yield wrong_value(where, f"expected a date or time such as 2026-03-14T10:30, found {written!r}")
        return
    try:
        instant_in(written, zone if is_zone(zone) else "UTC")
    except InputError as error:
        yield DefinitionError(error.message, code=error.code, where=where, hint=error.hint)


def zone_problem(where: str, name: str) -> Iterator[ParcoursError]:
    """A time zone that does not exist."""
    if not is_zone(name):
        yield wrong_value(where, f"{name!r} is not a time zone")
