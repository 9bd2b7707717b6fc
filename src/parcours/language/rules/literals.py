"""Constants of the tree as plain data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from parcours.core.clock import instant, iso
from parcours.core.schema import DATE_TIME, OFFSET_TIME
from parcours.language.check.literals import natural_type
from parcours.language.rules.print_windows import length_in_words
from parcours.language.tree import Literal


def is_natural(literal: Literal) -> bool:
    """Whether the plain form of the constant alone tells its type: texts, numbers, true and false, nothing."""
    return not isinstance(literal.value, date | timedelta) and natural_type(literal.value) == literal.type


def print_constant(literal: Literal) -> object:
    """The constant as JSON and YAML hold it; dates, times and lengths of time become text."""
    match literal.value:
        case datetime() as moment if literal.type == OFFSET_TIME:
            return moment.isoformat()
        case datetime() as moment if literal.type == DATE_TIME:
            return iso(instant(moment))
        case date() as day:
            return day.isoformat()
        case timedelta() as length:
            words = length_in_words(abs(length) // timedelta(microseconds=1))
            return f"-{words}" if length < timedelta(0) else words
        case value:
            return value


def print_typed(literal: Literal) -> dict[str, object]:
    """The constant with its type beside it."""
    return {"value": print_constant(literal), "type": literal.type.to_json()}
