"""Warnings: what is worth a look and stops nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from parcours.flow.journeys.advice import warnings
from tests.flow.journeys.definitions.bodies import minimal, read

MAIL = {"type": "email", "to": "a@b.c", "subject": "s", "body": "b"}


def found(body: dict[str, Any], computed: Collection[str] | None = None) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.where) for warning in warnings(read(body), computed)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        (
            {"start": "w", "activities": {"w": {"type": "wait_for_event", "event": "purchase", "timeout": "1 day"}}},
            [("no-timeout-path", "activities.w.on_timeout")],
        ),
        ({"start": "w", "activities": {"w": {"type": "wait_for_event", "event": "purchase"}}}, []),
        (
            {"stay": None, "start": "w", "activities": {"w": {"type": "wait_for_event", "event": "purchase"}}},
            [("waits-for-ever", "activities.w.timeout")],
        ),
        ({"reentry": {"allowed": False}, "on_entry_inside": "queue"}, [("no-reentry", "on_entry_inside")]),
        (
            {
                "start": "check",
                "activities": {
                    "check": {
                        "type": "condition",
                        "paths": [{"when": {"segment": "gold"}, "to": "mail"}],
                        "otherwise": "opened",
                    },
                    "mail": {**MAIL, "then": "opened"},
                    "opened": {"type": "wait_for_signal", "of": "mail", "signal": "opened"},
                },
            },
            [("message-may-be-missing", "activities.opened.of")],
        ),
    ],
)
def test_warnings(settings: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(minimal(**settings)) == expected


def test_segments_that_were_never_evaluated() -> None:
    waiting = {"type": "wait_for_segment", "segment": "gold"}
    body = minimal(entry={"segment": "silver"}, exit_when=[{"segment": "gold"}], start="w", activities={"w": waiting})
    assert found(body) == []
    assert found(body, {"silver", "gold"}) == []
    assert found(body, {"silver"}) == [
        ("segment-never-computed", "exit_when[0].segment"),
        ("segment-never-computed", "activities.w.segment"),
    ]
    assert found(body, ())[0] == ("segment-never-computed", "entry.segment")
