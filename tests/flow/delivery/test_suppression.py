"""Which addresses are suppressed, and why."""

from __future__ import annotations

import polars as pl
import pytest

from parcours.core.clock import DAY, HOUR
from parcours.core.facts import INSTANT
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.suppression import CHANGE_COLUMNS, SIGNAL_COLUMNS, Bounces, Suppressed, bounce_of
from parcours.testing.smtp import SmtpSink
from tests.flow.delivery.rows import TEMPLATES, deliveries, people, smtp
from tests.flow.delivery.test_outbox import CLOCK, QUICK


def signals(*rows: tuple[str, str, int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={**SIGNAL_COLUMNS, "time": pl.Int64}, orient="row")
    return frame.cast({"time": INSTANT})


def reasons(changes: pl.DataFrame) -> dict[str, str]:
    assert dict(changes.schema) == dict(CHANGE_COLUMNS)
    return dict(changes.select("address", "reason").iter_rows())


def test_a_hard_bounce_and_a_complaint_suppress_at_once() -> None:
    taken = Bounces().take(signals(("A@x.org ", "hard", 1), ("b@x.org", "complained", 2), ("c@x.org", "opened", 3)))
    assert reasons(taken) == {"a@x.org": "hard_bounce", "b@x.org": "complaint"}
    assert taken["time"].to_physical().to_list() == [1, 2]


def test_the_fifth_soft_bounce_suppresses() -> None:
    bounces = Bounces()
    for day in range(4):
        assert reasons(bounces.take(signals(("a@x.org", "soft", day * DAY)))) == {}
    assert reasons(bounces.take(signals(("a@x.org", "soft", 4 * DAY)))) == {"a@x.org": "soft_bounces"}
    assert reasons(bounces.take(signals(("a@x.org", "soft", 5 * DAY)))) == {}


def test_soft_bounces_of_one_day_count_once() -> None:
    rows = [("a@x.org", "soft", hour * HOUR) for hour in range(0, 4 * 24, 2)]
    bounces = Bounces()
    assert reasons(bounces.take(signals(*rows))) == {}
    assert bounces.dump().rows() == [("a@x.org", 4, 3 * DAY)]
    assert reasons(bounces.take(signals(("a@x.org", "soft", 4 * DAY)))) == {"a@x.org": "soft_bounces"}


def test_a_success_starts_the_count_again() -> None:
    rows = [("a@x.org", "soft", day * DAY) for day in range(4)]
    again = [("a@x.org", "soft", day * DAY) for day in range(5, 9)]
    bounces = Bounces()
    assert reasons(bounces.take(signals(*rows, ("a@x.org", "delivered", 4 * DAY), *again))) == {}
    assert reasons(bounces.take(signals(("a@x.org", "soft", 9 * DAY)))) == {"a@x.org": "soft_bounces"}


def test_what_is_remembered_can_be_kept() -> None:
    bounces, other = Bounces(most=2), Bounces(most=2)
    bounces.take(signals(("a@x.org", "soft", 0)))
    other.load(bounces.dump())
    assert reasons(other.take(signals(("a@x.org", "soft", DAY)))) == {"a@x.org": "soft_bounces"}


@pytest.mark.parametrize(
    ("result", "detail", "meaning"),
    [
        ("sent", "abc 250 OK", "delivered"),
        ("failed", "refused: 550 5.1.1 no such user", "hard"),
        ("failed", "refused: 550 no such user", "hard"),
        ("failed", "refused: 550 5.7.1 spam", "soft"),
        ("failed", "refused: 552 5.2.2 mailbox full", "soft"),
        ("failed", "refused: 554 spam", "soft"),
        ("failed", "given-up: not taken within the time for trying", "soft"),
        ("failed", "template-failed: x", None),
        ("skipped", "no-address: x", None),
    ],
)
def test_what_an_outcome_says_about_its_address(result: str, detail: str, meaning: str | None) -> None:
    assert bounce_of(result, detail) == meaning


def test_suppressed_addresses_and_domains_are_skipped_on_their_channels() -> None:
    suppressed = Suppressed({"P0@Example.org": "hard_bounce"}, ["bad.example"])
    assert suppressed("email", " p0@example.ORG") == "hard_bounce"
    assert suppressed("email", "who@bad.example") == "domain suppressed"
    assert suppressed("email", "who@sub.bad.example") is None
    assert suppressed("sms", "p0@example.org") is None
    with SmtpSink() as sink, Outbox({"email": smtp(sink.port)}, QUICK, suppressed=suppressed) as outbox:
        outcomes = outbox.deliver(deliveries(*people(2)), TEMPLATES, CLOCK)
    assert outcomes["result"].to_list() == ["skipped", "sent"]
    assert outcomes["detail"][0] == "suppressed: hard_bounce"
    assert sum(sink.counts().values()) == 1
