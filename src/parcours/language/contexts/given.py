"""What every context has, and reading its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from parcours.core.clock import instant
from parcours.core.errors import InputError, nearest
from parcours.language.reference import Person

Scope = TypeVar("Scope")
_MEMBER = ("realized", "existing")
_STATUSES = (*_MEMBER, "exited")


@dataclass(frozen=True, slots=True)
class Context(Generic[Scope]):
    """A context, read.

    Attributes:
        scope: the names there are, with their types: what a front end asks for.
        person: the values.
        now: the instant of evaluation in microseconds, ``None`` when the context does not say it.
    """

    scope: Scope
    person: Person
    now: int | None


def part(context: Mapping[str, Any], name: str, kind: type) -> Any:
    """A part of a context; empty when it is not there.

    Raises:
        InputError: it is of another form.
    """
    found = context.get(name, kind())
    if not isinstance(found, kind):
        form = "a list" if kind is list else "an object"
        raise InputError(f"expected {form}, found {found!r:.60}", code="bad-context", where=name)
    return found


def checked(context: object, known: tuple[str, ...]) -> Mapping[str, Any]:
    """The context, which must be an object of these parts.

    Raises:
        InputError: it is none, or has other parts.
    """
    if not isinstance(context, Mapping):
        raise InputError(f"expected an object, found {context!r:.60}", code="bad-context", where="context")
    for name in context:
        if name not in known:
            hint = nearest(str(name), known) or "parts are: " + ", ".join(known)
            raise InputError(f"a context has no part {name!r}", code="bad-context", where=str(name), hint=hint)
    return context


def now_of(context: Mapping[str, Any]) -> int | None:
    """The instant of evaluation that the context says.

    Raises:
        InputError: it is no instant.
    """
    found = context.get("now")
    return None if found is None else instant(found)


def segments_of(context: Mapping[str, Any]) -> Mapping[str, bool]:
    """By segment whether the profile is in it.

    Raises:
        InputError: a status is none.
    """
    found = part(context, "segments", dict)
    for name, status in found.items():
        if status not in _STATUSES:
            hint = "statuses are: " + ", ".join(_STATUSES)
            raise InputError(f"{status!r} is no status", code="bad-context", where=f"segments.{name}", hint=hint)
    return {name: status in _MEMBER for name, status in found.items()}
