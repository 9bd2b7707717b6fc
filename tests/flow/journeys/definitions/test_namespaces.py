"""Rules about identity types bite where a workspace knows these, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.journeys.definitions.bodies import minimal, places, read

READS_PROFILE = {
    "check": {"type": "condition", "paths": [{"when": {"attribute": "size", "is": 3}, "to": "done"}]},
    "done": {"type": "end"},
}
BOUGHT = {"bought": {"type": "wait_for_event", "event": "purchase"}}


def test_a_workspace_without_namespaces_has_no_such_rules() -> None:
    read(minimal(start="check", activities=READS_PROFILE))


@pytest.mark.parametrize(
    ("settings", "namespaces"),
    [
        ({"namespace": "customer_id"}, {}),
        ({"namespace": "customer_id"}, {"visit": "customer_id", "purchase": "device_id"}),
        ({"entry": {"event": "visit", "namespace": "customer_id"}}, {"visit": "customer_id"}),
        ({"namespace": "customer_id", "start": "check", "activities": READS_PROFILE}, {}),
        ({}, {"visit": None}),
        ({"entry": {"business_event": "visit", "read": "gold"}, "namespace": "customer_id"}, {"visit": None}),
        (
            {
                "start": "m",
                "activities": {"m": {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "b"}},
            },
            {},
        ),
    ],
)
def test_what_fits_together(settings: dict[str, Any], namespaces: dict[str, str | None]) -> None:
    read(minimal(**settings), namespaces=namespaces)


@pytest.mark.parametrize(
    ("settings", "namespaces", "expected"),
    [
        ({"namespace": "customer_id"}, {"visit": "device_id"}, [("entry.event", "single-namespace")]),
        ({"namespace": "customer_id"}, {"visit": None}, [("entry.event", "single-namespace")]),
        ({}, {"visit": "device_id"}, [("entry.event", "single-namespace")]),
        (
            {"namespace": "a", "entry": {"event": "visit", "namespace": "b"}},
            {},
            [("entry.namespace", "single-namespace")],
        ),
        (
            {"namespace": "a", "start": "bought", "activities": BOUGHT},
            {"purchase": "b"},
            [("activities.bought.event", "single-namespace")],
        ),
        (
            {"namespace": "a", "exit_when": [{"event": "purchase"}]},
            {"purchase": "b"},
            [("exit_when[0].event", "single-namespace")],
        ),
        (
            {"start": "check", "activities": READS_PROFILE},
            {},
            [("activities.check.paths[0].when", "profile-needs-namespace")],
        ),
        (
            {"entry": {"event": "visit", "when": {"segment": "gold"}}},
            {},
            [("entry.when", "profile-needs-namespace")],
        ),
    ],
)
def test_what_does_not(
    settings: dict[str, Any], namespaces: dict[str, str | None], expected: list[tuple[str, str]]
) -> None:
    assert places(minimal(**settings), namespaces=namespaces) == expected


@pytest.mark.parametrize("settings", [{"namespace": "a", "start": "bought", "activities": BOUGHT}, {}])
def test_where_identities_are_resolved_any_event_counts(settings: dict[str, Any]) -> None:
    read(minimal(identity="resolved", **settings), namespaces={"purchase": "b", "visit": "c"})
