"""What rules mean for a person: missing values and window edges, as the reference documentation tells them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from parcours.core.clock import DAY, SECOND, as_datetime, instant
from parcours.language.reference import Person, holds
from parcours.language.rules.parse import parse_rule
from tests.language.shop import SEGMENTS, SHOP

PAGE = Path(__file__).parents[3] / "docs/reference/rule-tree.md"
NOW = instant("2026-03-14T10:30")


def held(rule: str, **attributes: Any) -> bool:
    return holds(parse_rule(yaml.safe_load(rule), SHOP, SEGMENTS), Person(attributes=attributes), NOW)


def table(heading: str) -> list[tuple[str, str]]:
    """The rows of the first table below a heading: a rule in code, and what is said of it."""
    section = PAGE.read_text().split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    return re.findall(r"^\| `(\{.*\})` \| (\w+) \|$", section, flags=re.MULTILINE)


MISSING = table("Missing values")


@pytest.mark.parametrize(("rule", "said"), MISSING, ids=[rule for rule, _ in MISSING])
def test_missing_values_are_as_documented(rule: str, said: str) -> None:
    assert said == ("yes" if held(rule) else "no")


def test_the_table_of_missing_values_is_there() -> None:
    assert len(MISSING) > 20


@pytest.mark.parametrize(
    ("window", "age", "inside"),
    [
        ("in_last: 2 days", 0, True),
        ("in_last: 2 days", 2 * DAY - 1, True),
        ("in_last: 2 days", 2 * DAY, False),
        ("in_last: 2 days", -1, False),
        ("between_ages: [1 day, 2 days]", DAY, True),
        ("between_ages: [1 day, 2 days]", DAY - 1, False),
        ("between_ages: [1 day, 2 days]", 2 * DAY - 1, True),
        ("between_ages: [1 day, 2 days]", 2 * DAY, False),
        ("more_than_ago: 2 days", 2 * DAY, True),
        ("more_than_ago: 2 days", 2 * DAY - 1, False),
        ("more_than_ago: 2 days", 700_000 * DAY, True),
        ("from: 2026-03-14", 10.5 * 3600 * SECOND, True),
        ("from: 2026-03-14", 10.5 * 3600 * SECOND + 1, False),
        ("until: 2026-03-14", 10.5 * 3600 * SECOND, False),
        ("until: 2026-03-14", 10.5 * 3600 * SECOND + 1, True),
        ("this: day", 10.5 * 3600 * SECOND, True),
        ("this: day", 10.5 * 3600 * SECOND + 1, False),
        ("last: day", 10.5 * 3600 * SECOND + 1, True),
        ("last: day", 10.5 * 3600 * SECOND, False),
    ],
)
def test_edges_of_the_past(window: str, age: float, inside: bool) -> None:
    """The same for events and for dates of the profile."""
    moment = NOW - int(age)
    person = Person(events={"visit": [{"_time": moment}]})
    about_events = parse_rule(yaml.safe_load(f"{{event: visit, {window}}}"), SHOP)
    assert holds(about_events, person, NOW) is inside
    assert held(f"{{attribute: trial_ends, {window}}}", trial_ends=as_datetime(moment)) is inside


@pytest.mark.parametrize(
    ("window", "ahead", "inside"),
    [
        ("in_next: 2 days", 0, False),
        ("in_next: 2 days", 1, True),
        ("in_next: 2 days", 2 * DAY, True),
        ("in_next: 2 days", 2 * DAY + 1, False),
        ("more_than_ahead: 2 days", 2 * DAY, False),
        ("more_than_ahead: 2 days", 2 * DAY + 1, True),
        ("this: day", 13 * 3600 * SECOND, True),
        ("this: day", 14 * 3600 * SECOND, False),
        ("next: day", 14 * 3600 * SECOND, True),
        ("next_units: {unit: day, count: 2}", 2 * DAY, True),
        ("next_units: {unit: day, count: 2, include_current: true}", 2 * DAY, False),
        ("next_units: {unit: day, count: 2, include_current: true}", 0, True),
        ("after: 2026-03-14T10:30", 0, False),
        ("after: 2026-03-14T10:30", 1, True),
    ],
)
def test_edges_of_the_future(window: str, ahead: int, inside: bool) -> None:
    assert held(f"{{attribute: trial_ends, {window}}}", trial_ends=as_datetime(NOW + ahead)) is inside


def test_windows_side_by_side_leave_no_gap_and_do_not_overlap() -> None:
    parts = [
        "more_than_ago: 2 days",
        "between_ages: [1 day, 2 days]",
        "in_last: 1 day",
        "in_next: 1 day",
        "more_than_ahead: 1 day",
    ]
    for offset in (-3 * DAY, -2 * DAY, -2 * DAY + 1, -DAY, -DAY + 1, 0, 1, DAY, DAY + 1, 9 * DAY):
        moment = as_datetime(NOW + offset)
        assert sum(held(f"{{attribute: trial_ends, {part}}}", trial_ends=moment) for part in parts) == 1
