"""The words of the language: keywords, time units, and what may be written with them."""

from __future__ import annotations

from collections.abc import Mapping

#: Words that join or negate conditions, in any case (P3).
LOGIC = ("and", "or", "not")
#: Words between two operands; they cannot begin one.
INFIX_WORDS = ("in", "notIn", "like", "occurs")
COMPARISONS = ("=", "!=", ">", ">=", "<", "<=")
FOLDS = ("sum", "average", "min", "max", "count")
QUANTIFIERS = ("exists", "forall", "select")
#: Words that stand for an instant, or in an interval position for a whole day.
DAYS: Mapping[str, int] = {"yesterday": -1, "today": 0, "tomorrow": 1}
NOW = "now"
EVENTS = "xEvent"
INTERVALS: Mapping[str, int] = {"last": -1, "this": 0, "next": 1}
DIRECTIONS = ("before", "after", "from")
CLAUSES = ("WHAT", "WHEN", "WHERE", "COUNT")

_PLURALS = {"century": "centuries", "millennium": "millennia"}
UNITS = (
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "decade",
    "century",
    "millennium",
)
#: Every spelling of a unit, singular and plural, and the singular it means.
UNIT_WORDS: Mapping[str, str] = {word: unit for unit in UNITS for word in (unit, _PLURALS.get(unit, unit + "s"))}


def unit_word(unit: str, amount: int) -> str:
    """The unit as it is written after a number: ``1 day``, ``2 days``."""
    return unit if amount == 1 else _PLURALS.get(unit, unit + "s")
