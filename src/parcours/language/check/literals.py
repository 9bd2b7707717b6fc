"""Constants fitted to where they stand: a date written as text, a whole number beside decimals."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from parcours.core.clock import as_datetime, duration, instant
from parcours.core.errors import InputError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
)
from parcours.language.tree import Literal, Scalar


def natural_type(value: Scalar) -> Type:
    """The type that a Python value suggests by itself."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return DECIMAL
        case str():
            return STRING
        case datetime():
            return DATE_TIME_ONLY if value.tzinfo is None else DATE_TIME
        case date():
            return DATE_ONLY
        case timedelta():
            return DURATION


def fitted(literal: Literal, type_: Type) -> Literal | None:
    """The same constant as a literal of ``type_``, or ``None`` when it is no such value.

    Integers and decimals become each other where nothing is lost; dates, times and lengths of time may be
    written as text. Beside an integer, a decimal with a fraction stays a decimal.
    """
    value = literal.value
    if value is None:
        return Literal(None, type_)
    match type_.kind:
        case Kind.BOOLEAN if isinstance(value, bool):
            return Literal(value, BOOLEAN)
        case Kind.INTEGER | Kind.DECIMAL if isinstance(value, int | float) and not isinstance(value, bool):
            return _number(value, type_)
        case Kind.STRING | Kind.ANY if isinstance(value, str):
            return Literal(value, STRING)
        case Kind.DATE_ONLY | Kind.DATE_TIME | Kind.DATE_TIME_ONLY if isinstance(value, str | date):
            return _moment(value, type_)
        case Kind.OFFSET_TIME if isinstance(value, str | datetime):
            return _with_offset(value)
        case Kind.DURATION if isinstance(value, str | timedelta):
            return _length(value)
        case _:
            return None


def _number(value: int | float, type_: Type) -> Literal:
    if type_.kind is Kind.DECIMAL:
        return Literal(float(value) + 0.0, DECIMAL)  # + 0.0: there is one zero
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 2**63)
    return Literal(int(value), INTEGER) if whole else Literal(value, DECIMAL)


def _moment(value: str | date, type_: Type) -> Literal | None:
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
    except ValueError:
        return None
    if type_.kind is Kind.DATE_ONLY:
        return _date(value, moment)
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - a local date
    if type_.kind is Kind.DATE_TIME_ONLY:
        return Literal(moment, DATE_TIME_ONLY) if moment.tzinfo is None else None
    try:
        return Literal(as_datetime(instant(moment)), DATE_TIME)
    except OverflowError:
        return None


def _date(value: str | date, moment: date) -> Literal | None:
    if isinstance(value, str):
        try:
            return Literal(date.fromisoformat(value.strip()), DATE_ONLY)
        except ValueError:
            return None
    return None if isinstance(moment, datetime) else Literal(moment, DATE_ONLY)


def _with_offset(value: str | datetime) -> Literal | None:
    """A time with the offset it was written in; its ``tzinfo`` is that offset and nothing else."""
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
    except ValueError:
        return None
    offset = moment.utcoffset()
    return None if offset is None else Literal(moment.replace(tzinfo=timezone(offset)), OFFSET_TIME)


def _length(value: str | timedelta) -> Literal | None:
    if isinstance(value, timedelta):
        return Literal(value, DURATION)
    text = value.strip()
    sign = -1 if text.startswith("-") else 1
    try:
        return Literal(sign * timedelta(microseconds=duration(text.removeprefix("-"))), DURATION)
    except InputError:
        return None


def readings(literal: Literal) -> tuple[Literal, ...]:
    """All literals that the constant can stand for, the plainest first: what a function's parameter may want."""
    kinds = (literal.type, DECIMAL, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DURATION)
    found = (fitted(literal, type_) for type_ in kinds)
    return tuple(dict.fromkeys(reading for reading in found if reading is not None))


def canonical(literal: Literal) -> Literal | None:
    """The literal with its value in the form its type asks for; ``None`` when value and type disagree."""
    if literal.type.kind is Kind.NULL:
        return literal if literal.value is None else fitted(literal, natural_type(literal.value))
    return fitted(literal, literal.type)
