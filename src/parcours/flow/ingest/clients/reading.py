"""What the formats share: instants, ids and objects as clients write them, and parts that are no calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from parcours.core.clock import DAY, EPOCH, SECOND
from parcours.core.errors import InputError
from parcours.flow.ingest.calls import NOTHING, Call, Unread
from parcours.flow.ingest.times import EARLIEST, LATEST

#: What clients send where an id or a name belongs, and where an instant belongs.
Name: TypeAlias = str | int | float | None
Moment: TypeAlias = str | int | float | None
#: A request takes this long to come without its client's clock being wrong.
ON_THE_WAY = 2 * SECOND
#: More than this is no clock that is wrong, but a request that lay somewhere.
MOST_SKEW = 366 * DAY
#: What reading something that is no call may raise; the last one for what is nested too deep.
UNREADABLE = (InputError, ValueError, RecursionError)
_DAY, _SECOND = DAY, SECOND
_OBJECT, _NULL = b"{n"  # how they begin


def moment(value: Moment) -> int | None:
    """An instant in microseconds: ISO 8601 (UTC without an offset), or seconds, milliseconds or microseconds since
    1970. ``None`` where nothing is said.

    Raises:
        InputError: ``bad-time``.
    """
    if value is None or value == "":
        return None
    try:
        found = _of_text(value) if isinstance(value, str) else _since_1970(value)
    except (ValueError, OverflowError):
        raise _no_time(value) from None
    if not EARLIEST <= found <= LATEST:
        raise _no_time(value)
    return found


def _of_text(text: str) -> int:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return _since_1970(float(text))
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    since = read - EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def _since_1970(value: float) -> int:
    size = abs(value)
    unit = 1_000_000 if size < 1e11 else 1_000 if size < 1e14 else 1
    return round(value * unit)


def _no_time(value: object) -> InputError:
    return InputError(
        f"{value!r} is not an instant between 1900 and 2200",
        code="bad-time",
        hint="write it as 2026-03-14T10:30:00Z, or as seconds since 1970",
    )


def skew(sent: Moment, received: int) -> int:
    """What the client's clock is behind, in microseconds; 0 where it cannot be told or nothing is wrong with it."""
    try:
        said = moment(sent)
    except InputError:
        return 0
    if said is None:
        return 0
    behind = received - said
    return behind if ON_THE_WAY <= abs(behind) <= MOST_SKEW else 0


def happened(said: int | None, behind: int, received: int) -> int:
    """When it happened: as said, corrected for the client's clock, and never later than it was received."""
    return received if said is None else min(said + behind, received)


def name(value: Name) -> str:
    """An id or a name as text; blank where there is none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def mapping(value: msgspec.Raw, what: str) -> msgspec.Raw:
    """A JSON object, or the empty one for null.

    Raises:
        InputError: ``bad-shape``, it is something else.
    """
    begin = memoryview(value)[0]
    if begin == _OBJECT:
        return value
    if begin == _NULL:
        return NOTHING
    raise InputError(f"{what} is no object", code="bad-shape", hint=f"send {what} as {{…}}, or leave it out")


def says_nothing(value: msgspec.Raw) -> bool:
    """Whether it is null, or was not sent."""
    return memoryview(value)[0] == _NULL


def missing(what: str, hint: str) -> InputError:
    """The error that a call lacks what it cannot do without."""
    return InputError(f"there is no {what}", code=f"no-{what.replace(' ', '-').lower()}", hint=hint)


def each_for_itself(
    items: Iterable[msgspec.Raw], read: Callable[[msgspec.Raw], Iterable[Call]]
) -> tuple[list[Call], list[Unread]]:
    """The calls of every item that can be read, and the others with what is wrong with them."""
    calls: list[Call] = []
    unread: list[Unread] = []
    for row, item in enumerate(items, 1):
        try:
            calls.extend(read(item))
        except UNREADABLE as problem:
            unread.append(unreadable(row, problem, bytes(item)))
    return calls, unread


def unreadable(row: int, problem: Exception, payload: bytes) -> Unread:
    """A part that is no call, with what is wrong with it."""
    if isinstance(problem, InputError):
        return Unread(row, problem.code, problem.message, problem.hint or "", payload)
    reason = "it is nested too deep" if isinstance(problem, RecursionError) else str(problem)
    return Unread(row, "bad-shape", reason, "see the documentation of the format for what belongs where", payload)
