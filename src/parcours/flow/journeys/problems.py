"""Problems that several parts of a definition can have, each as a named function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parcours.core.clock import DAY, duration
from parcours.core.errors import DefinitionError, InputError, ParcoursError, UnknownNameError, nearest

#: The longest length of time in a definition: a thousand years. Instants beyond some hundred thousand do not exist.
LONGEST = 365_000 * DAY


def missing_setting(where: str, hint: str | None = None) -> DefinitionError:
    name = where.rpartition(".")[2]
    return DefinitionError(f"{name!r} is missing", code="missing-setting", where=where, hint=hint)


def unknown_setting(where: str, name: str, known: Iterable[str]) -> DefinitionError:
    names = sorted(known)
    return DefinitionError(
        f"there is no setting {name!r} here",
        code="unknown-setting",
        where=where,
        hint=nearest(name, names) or "settings are: " + ", ".join(names),
    )


def wrong_value(where: str, expected: str) -> DefinitionError:
    return DefinitionError(expected, code="bad-setting", where=where)


def unknown_activity(where: str, name: str, known: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(f"there is no activity {name!r}", where=where, hint=nearest(name, known))


def unknown_segment(where: str, name: str, known: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(f"there is no segment {name!r}", where=where, hint=nearest(name, known))


def duration_problem(where: str, length: str | int | float, *, least: int = 1) -> Iterator[ParcoursError]:
    """Nothing when ``length`` is a length of time from ``least`` microseconds to :data:`LONGEST`, else the problem."""
    try:
        microseconds = duration(length)
    except InputError as error:
        yield DefinitionError(error.message, code=error.code, where=where, hint=error.hint)
        return
    except (OverflowError, ValueError):  # infinity and "not a number", which YAML can write
        microseconds = -1
    if not least <= microseconds <= LONGEST:
        word = "long" if microseconds > LONGEST else "short"
        yield DefinitionError(f"{length!r} is too {word}", code="bad-duration", where=where, hint="for example: 7 days")


def unknown_kind(where: str, name: str, known: Iterable[str]) -> UnknownNameError:
    return UnknownNameError(f"there is no type of activity {name!r}", where=where, hint=nearest(name, known))
