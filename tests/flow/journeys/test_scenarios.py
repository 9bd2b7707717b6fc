"""Scenarios that were written from the documentation of the reference products, not from this code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.journeys.scenario import Telling, scenarios


@pytest.mark.parametrize("scenario", list(scenarios()), ids=lambda scenario: scenario["id"])
def test_scenario(scenario: dict[str, Any]) -> None:
    told = Telling(scenario).run()
    assert told.paths() == scenario["expect"]["paths"]
    for expected in scenario["expect"].get("discards", ()):
        assert expected in told.discards()
