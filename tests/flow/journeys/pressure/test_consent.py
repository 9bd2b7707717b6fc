"""Consent, test profiles, suppression and priority."""

from __future__ import annotations

import polars as pl
import pytest

from parcours.flow.journeys.pressure.consent import are_test_profiles, consent_attributes, consents
from parcours.flow.journeys.pressure.suppression import Suppressions

PEOPLE = pl.DataFrame(
    {
        "consent": [{"email": True, "sms": False}, {"email": None, "sms": None}, None, {"email": True, "sms": None}],
        "consent_email": [None, None, None, False],
    },
    schema={"consent": pl.Struct({"email": pl.Boolean, "sms": pl.Boolean}), "consent_email": pl.Boolean},
)


@pytest.mark.parametrize(
    ("channel", "policy", "expected"),
    [
        ("email", "opt_out", [True, True, True, False]),
        ("email", "opt_in", [True, False, False, False]),
        ("sms", "opt_out", [False, True, True, True]),
        ("push", "opt_out", [True, True, True, True]),
        ("push", "opt_in", [False, False, False, False]),
    ],
)
def test_nothing_said_is_a_yes_unless_one_is_demanded(channel: str, policy: str, expected: list[bool]) -> None:
    assert consents(PEOPLE, channel, policy).tolist() == expected  # type: ignore[arg-type]


def test_texts_say_yes_and_no_too() -> None:
    people = pl.DataFrame({"consent_sms": ["False", "no", "yes", "", None]})
    assert consents(people, "sms").tolist() == [False, False, True, True, True]
    assert consents(people, "sms", "opt_in").tolist() == [False, False, True, False, False]


def test_consent_stands_in_an_attribute_of_its_own_or_among_others() -> None:
    assert consent_attributes("sms") == ["consent_sms", "consent"]


def test_only_a_yes_makes_a_test_profile() -> None:
    assert are_test_profiles(pl.Series([True, False, None])).tolist() == [True, False, False]


def test_addresses_and_domains_are_suppressed_whatever_their_case() -> None:
    entries = Suppressions()
    entries.add(["Ada@Example.com", "+33 6 00"], ["@Spam.test"], reason="hard bounce")
    asked = pl.Series(
        ["ada@example.COM", " x@SPAM.test", "x@mail.spam.test", None, "bob@example.com", "+33 6 00", "spam.test"]
    )

    assert entries.suppressed(asked).tolist() == [True, True, False, False, False, True, False]

    entries.remove(["ADA@example.com", "never@there.test"])
    assert entries.suppressed(asked).tolist() == [False, True, False, False, False, True, False]


def test_suppressions_survive_a_snapshot() -> None:
    entries, other = Suppressions(), Suppressions()
    entries.add(["a@b.c"], ["d.e"])
    other.load(entries.dump())
    assert other.dump().equals(entries.dump())
    assert other.suppressed(pl.Series(["A@B.C", "x@d.e", "y@f.g"])).tolist() == [True, True, False]
    assert len(other) == 2
    assert Suppressions().suppressed(pl.Series(["a@b.c"])).tolist() == [False]
