"""What a rule may say about values of a kind: comparators, windows, aggregates. Found by asking the language itself.

Nothing is listed here: each comparator is tried on a name of each kind, and what is accepted is what is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Schema,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.language.functions.types import TIMES
from parcours.language.rules.parse import parse_rule
from parcours.language.rules.vocabulary import (
    AGGREGATES,
    ANY_CASE,
    COMPARISONS,
    DATE_COMPARISONS,
    FIXED_WINDOWS,
    FUTURE_WINDOWS,
    MOVING_WINDOWS,
    SPECIAL_COMPARATORS,
    TEXT_COMPARATORS,
)

#: A type of each kind that names can have, and a value that stands for all of its values.
_SAMPLES: Mapping[Type, object] = {
    BOOLEAN: True,
    INTEGER: 1,
    DECIMAL: 1.5,
    STRING: "a",
    DATE_ONLY: "2024-02-29",
    DATE_TIME_ONLY: "2024-02-29T12:00:00",
    DATE_TIME: "2024-02-29T12:00:00Z",
    OFFSET_TIME: "2024-02-29T12:00:00Z",
    DURATION: "P1D",
    list_of(STRING): "a",
    map_of(STRING): "a",
    object_of({"a": STRING}): "a",
}
#: A window of each key.
_WINDOWS: Mapping[str, object] = {
    "between_ages": ["1 day", "2 days"],
    "last_units": {"unit": "day", "count": 2},
    "next_units": {"unit": "day", "count": 2},
    "units": {"unit": "day", "from": -3, "to": -2},
    "window": {"from": "start of month", "to": "now"},
    **dict.fromkeys(("this", "last", "next", "previous"), "day"),
    **dict.fromkeys(("in_last", "in_next", "more_than_ago", "more_than_ahead"), "1 day"),
}
#: The windows that events can lie in.
EVENT_WINDOWS = (*(key for key in MOVING_WINDOWS if key not in FUTURE_WINDOWS), *FIXED_WINDOWS)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a rule may say about values of one kind.

    Attributes:
        kind: of the values; ``list``, ``map`` and ``object`` stand for those of texts.
        comparators: of attributes and of properties of events.
        ignore_case: those of them that may leave aside the case of letters.
        windows: that such an attribute can lie in.
        aggregates: that can be made of such a property of events.
    """

    kind: Kind
    comparators: list[str]
    ignore_case: list[str]
    windows: list[str]
    aggregates: list[str]


@cache
def offered() -> tuple[Offered, ...]:
    """What may be said, by kind."""
    return tuple(_of_kind(type_, value) for type_, value in _SAMPLES.items())


def _of_kind(type_: Type, value: object) -> Offered:
    schema = Schema({"it": type_}, {"event": {"it": type_}})

    def accepts(shape: Mapping[str, object]) -> bool:
        try:
            parse_rule(shape, schema, ())
        except DefinitionError:
            return False
        return True

    known = [key for key, said in _comparators(type_, value) if accepts({"attribute": "it", key: said})]
    folded = dict.fromkeys((*ANY_CASE, *TEXT_COMPARATORS))
    said = dict(_comparators(type_, value))
    return Offered(
        kind=type_.kind,
        comparators=known,
        ignore_case=[
            key for key in known if key in folded and accepts({"attribute": "it", key: said[key], "ignore_case": True})
        ],
        windows=[key for key in MOVING_WINDOWS if accepts({"attribute": "it", key: _WINDOWS[key]})],
        aggregates=[key for key in AGGREGATES if key != "count" and accepts({"compare": _aggregate(key)})],
    )


def _comparators(type_: Type, value: object) -> Iterator[tuple[str, Any]]:
    """The comparators that make sense of a type, each with what may stand behind it."""
    special = {"between": [value, value], "is_set": True, "anniversary": {"this": "day"}}
    for key in COMPARISONS:
        if key not in DATE_COMPARISONS or type_.kind in TIMES:
            yield key, value
    for key in SPECIAL_COMPARATORS:
        yield key, special.get(key, [value])


def _aggregate(key: str) -> Mapping[str, object]:
    made = {"event": "event", key: "it"}
    return {"left": made, "op": "==", "right": made}
