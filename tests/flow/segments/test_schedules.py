"""Cron text in a time zone: which instants it means, and what is refused."""

from __future__ import annotations

import pytest

from parcours.core.clock import DAY, HOUR, instant
from parcours.core.errors import DefinitionError
from parcours.flow.segments.definitions import SegmentDefinition
from parcours.flow.segments.schedules import Schedule, evaluation_problems


@pytest.mark.parametrize(
    ("cron", "zone", "after", "then"),
    [
        ("0 3 * * *", "UTC", "2024-05-05T02:59:59Z", "2024-05-05T03:00:00Z"),
        ("0 3 * * *", "UTC", "2024-05-05T03:00:00Z", "2024-05-06T03:00:00Z"),
        ("0 3 * * *", "Europe/Paris", "2024-05-05T00:00:00Z", "2024-05-05T01:00:00Z"),
        ("0 3 * * *", "Europe/Paris", "2024-01-05T00:00:00Z", "2024-01-05T02:00:00Z"),
        ("30 2 * * *", "Europe/Paris", "2024-03-30T12:00:00Z", "2024-03-31T01:00:00Z"),  # the clocks skip 02:30
        ("30 2 * * *", "Europe/Paris", "2024-10-26T12:00:00Z", "2024-10-27T00:30:00Z"),  # 02:30 comes twice
        ("30 2 * * *", "Europe/Paris", "2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"),
        ("0 6 * * 1", "UTC", "2024-05-05T00:00:00Z", "2024-05-06T06:00:00Z"),
        ("0 0 29 2 *", "UTC", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
    ],
)
def test_the_next_instant(cron: str, zone: str, after: str, then: str) -> None:
    assert Schedule(cron, zone).next_after(instant(after)) == instant(then)


def test_the_last_instant_that_passed() -> None:
    daily, now = Schedule("0 3 * * *"), instant("2024-05-05T10:00:00Z")
    assert daily.last_passed(now - HOUR, now) is None
    assert daily.last_passed(now - DAY, now) == now - 7 * HOUR
    assert daily.last_passed(now - 3_000 * DAY, now) == now - 7 * HOUR
    assert daily.last_passed(now - 8 * HOUR, now - 7 * HOUR) == now - 7 * HOUR
    assert daily.last_passed(now - 7 * HOUR, now) is None
    rare = Schedule("0 0 29 2 *")
    assert rare.last_passed(instant("2020-01-01"), instant("2023-12-31")) == instant("2020-02-29")


@pytest.mark.parametrize(
    ("evaluation", "where"),
    [
        ("batch", "evaluation"),
        ({"method": "batch"}, "evaluation.schedule"),
        ({"schedule": "0 3 * * *"}, "evaluation.method"),
        ({"method": "streaming", "schedule": "0 3 * * *"}, "evaluation.method"),
        ({"method": "batch", "schedule": "0 3,15 * * *"}, "evaluation.schedule"),
        ({"method": "batch", "schedule": "*/30 3 * * *"}, "evaluation.schedule"),
        ({"method": "batch", "schedule": "61 3 * * *"}, "evaluation.schedule"),
        ({"method": "batch", "schedule": "0 3 * *"}, "evaluation.schedule"),
        ({"method": "batch", "schedule": "0 3 30 2 *"}, "evaluation.schedule"),
        ({"method": "batch", "schedule": 3}, "evaluation.schedule"),
        ({"method": "batch", "schedule": "0 3 * * *", "zone": "Europe/Pris"}, "evaluation.zone"),
        ({"method": "batch", "schedule": "0 3 * * *", "zone": 3}, "evaluation.zone"),
        ({"method": "batch", "schedule": "0 3 * * *", "zon": "UTC"}, "evaluation.zon"),
    ],
)
def test_what_is_refused(evaluation: object, where: str) -> None:
    assert [problem.where for problem in evaluation_problems(evaluation)] == [where]
    with pytest.raises(DefinitionError):
        SegmentDefinition.from_json({"segment": "a", "rule": {"segment": "b"}, "evaluation": evaluation})


def test_a_definition_keeps_its_schedule() -> None:
    shape = {
        "segment": "a",
        "rule": {"segment": "b"},
        "evaluation": {"method": "batch", "schedule": "0 3 * * *", "zone": "Europe/Paris"},
    }
    found = SegmentDefinition.from_json(shape)
    assert found.schedule == Schedule("0 3 * * *", "Europe/Paris")
    assert SegmentDefinition.from_json(found.to_json()) == found
