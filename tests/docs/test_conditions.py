"""The how-to on conditions of other products: rules that stand together keep the same profiles."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from parcours.core.clock import instant
from parcours.core.schema import Kind, Type
from parcours.language.check.names import PROFILE_ID
from parcours.language.reference import Person, holds
from parcours.language.tree import Literal, walk
from tools.reference.conditions import SEGMENTS, Condition, conditions
from tools.reference.example_schema import SHOP

NOW = datetime(2026, 5, 17, 12, 30, tzinfo=UTC)
PROFILES = 400
TEXTS = ("", "pro", "PRO", "Lyon", "Saint-Malo", "Deauville", "tea", "teapot", "coffee", "FR", "BE", "DE", "/pricing")
TEXTS += ("spring", "web", "iOS", "4711", "ada@example.fr", "bob@shop.com", "/pricing/team", "Strasburg", "spice")
#: Ages in days of events and of the dates of profiles, with the edges of the windows that the page speaks of.
AGES = (
    0,
    0.04,
    1,
    2,
    6.99,
    7,
    7.01,
    10,
    13,
    14,
    16,
    29,
    30,
    31,
    45,
    60,
    89,
    90,
    91,
    137,
    200,
    400,
    -1,
    -2.9,
    -3,
    -7,
    -8,
)
AGES += (-40, -160)


def instant_near(source: random.Random) -> datetime:
    exact = source.random() < 0.5
    return (
        NOW - timedelta(days=source.choice(AGES)) - timedelta(seconds=0 if exact else source.randint(-90_000, 90_000))
    )


def day(source: random.Random) -> date:
    if source.random() < 0.4:
        return date(1990, 5, source.choice((10, 16, 17, 18, 20, 24, 25)))
    return (NOW - timedelta(days=source.randint(-20, 20_000))).date()


def value(kind: Type, source: random.Random, texts: tuple[str, ...]) -> Any:
    if source.random() < 0.2:
        return None
    match kind.kind:
        case Kind.STRING:
            return source.choice(texts)
        case Kind.INTEGER:
            return source.choice((0, 3, 4, 5, 6, 10, 11, 17, 18, 24, 25, 26, 90))
        case Kind.DECIMAL:
            return source.choice((0.0, 5.5, 10.0, 39.5, 50.0, 100.0, 100.5, 250.0, 500.0))
        case Kind.BOOLEAN:
            return source.random() < 0.5
        case Kind.DATE_ONLY:
            return day(source)
        case Kind.DATE_TIME:
            return datetime(2026, 1, 1, tzinfo=UTC) if source.random() < 0.1 else instant_near(source)
        case Kind.LIST:
            assert kind.element is not None
            return [value(kind.element, source, texts) for _ in range(source.randint(0, 3))]
        case _:
            return {name: value(part, source, texts) for name, part in kind.fields}


def person(source: random.Random, texts: tuple[str, ...]) -> Person:
    attributes = {name: value(kind, source, texts) for name, kind in SHOP.attributes.items()}
    attributes[PROFILE_ID] = str(source.random())
    times = [instant(min(instant_near(source), NOW)) for _ in range(24)]
    events = {
        name: [
            {"_time": source.choice(times), **{one: value(kind, source, texts) for one, kind in properties.items()}}
            for _ in range(source.choice((0, 0, 1, 2, 3, 4, 6, 12)))
        ]
        for name, properties in SHOP.events.items()
    }
    joined = {segment for segment in SEGMENTS if source.random() < 0.5}
    return Person(attributes, events, lambda name: name in joined)


def people(condition: Condition) -> list[Person]:
    """Profiles whose texts are mostly those that the rule asks for."""
    source = random.Random(str(condition))
    asked = [node.value for node in walk(condition.node()) if isinstance(node, Literal) and isinstance(node.value, str)]
    texts = (*TEXTS, *asked * 8)
    return [person(source, texts) for _ in range(PROFILES)]


@pytest.mark.parametrize("condition", conditions(), ids=str)
def test_the_languages_keep_the_same_profiles(condition: Condition) -> None:
    tree = condition.node()
    crowd, now = people(condition), instant(NOW)
    kept = [holds(tree, one, now) for one in crowd]
    assert True in kept
    assert False in kept
    for language in condition.texts:
        node = condition.node(language)
        assert node == tree or [holds(node, one, now) for one in crowd] == kept, language


def test_most_conditions_can_be_said_in_text() -> None:
    found = conditions()
    assert len(found) > 200
    assert sum("pql" in one.texts for one in found) > 0.9 * len(found)
    assert sum("journey" in one.texts for one in found) > 0.8 * len(found)


def test_the_comparison_can_fail() -> None:
    found = conditions()
    more = next(one for one in found if one.says == "greater than" and one.product == "Segment")
    other = next(one for one in found if one.says == "less than" and one.product == "Segment")
    crowd = people(more)
    now = instant(NOW)
    assert [holds(more.node(), one, now) for one in crowd] != [holds(other.node(), one, now) for one in crowd]
