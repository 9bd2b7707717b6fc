"""What journeys look at without naming it."""

from __future__ import annotations

import pytest

from parcours.flow.journeys.unnamed import is_read_unnamed


@pytest.mark.parametrize(
    "name",
    ["timezone", "email", "phone", "mobile", "push_token", "consent", "consent_sms", "identities", "test_profile"],
)
def test_addresses_zone_consent_and_marks_are_read(name: str) -> None:
    assert is_read_unnamed(name)


@pytest.mark.parametrize("name", ["age", "consented", "emails", "zone"])
def test_others_are_not(name: str) -> None:
    assert not is_read_unnamed(name)
