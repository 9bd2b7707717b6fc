"""Mails that come back: a real SMTP server refuses, and the address is on the suppression list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY, HOUR, MINUTE, instant
from parcours.core.facts import INSTANT
from parcours.service.bounces import bounces_in
from parcours.service.workspace import Workspace
from parcours.testing.smtp import SmtpSink

SETTINGS = """
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "shop@shop.example"
"""
JOURNEY = """
journey: notes
entry: {event: visit}
reentry: {allowed: true, wait: 1 second}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: Hello, then: end}
  end: {type: end}
"""
START = instant("2026-03-01T00:00:00Z")
ANSWERS = {
    "gone@x.org": "550 5.1.1 no such person",
    "plain@x.org": "550 unknown",
    "full@x.org": "552 5.2.2 mailbox full",
}


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(refuse=ANSWERS.get) as sink:
        yield sink


@pytest.fixture
def workspace(tmp_path: Path, sink: SmtpSink) -> Iterator[Workspace]:
    (tmp_path / "notes.yaml").write_text(JOURNEY)
    people = [f"{address.split('@')[0]},{address}\n" for address in (*ANSWERS, "ann@x.org")]
    (tmp_path / "people.csv").write_text("profile_id,email\n" + "".join(people))
    with parcours.init(tmp_path / "shop") as workspace:
        (tmp_path / "shop" / "parcours.toml").write_text(SETTINGS.format(port=sink.port))
        workspace.import_profiles(tmp_path / "people.csv")
        visit(workspace, START, "nobody")
        workspace.replay(START, START + 1)
        workspace.apply(tmp_path / "notes.yaml")
        yield workspace


def visit(workspace: Workspace, at: int, *people: str) -> None:
    rows = pl.DataFrame({"profile_id": people, "event_id": [f"{at} {person}" for person in people]})
    rows = rows.with_columns(time=pl.lit(at).cast(INSTANT))
    workspace.import_events(rows, event="visit", profile="profile_id", id="event_id", time="time")


def mailed(workspace: Workspace, at: int, *people: str) -> dict[str, str]:
    """What became of the mails of a visit: by person."""
    visit(workspace, at, *people)
    workspace.replay(end=at + MINUTE, tick=MINUTE, send=True)
    found = workspace.sql(
        "SELECT d._profile_id, o.result FROM deliveries d JOIN outcomes o USING (key) "
        f"WHERE epoch_us(d.decided) >= {at} ORDER BY ALL"
    )
    return dict(found.iter_rows())


def test_an_address_that_does_not_exist_gets_one_mail_only(workspace: Workspace) -> None:
    first = mailed(workspace, START + HOUR, "gone", "plain", "full", "ann")
    assert first == {"gone": "failed", "plain": "failed", "full": "failed", "ann": "sent"}
    to = workspace.sql("SELECT answer ->> '$.to' AS a FROM outcomes ORDER BY a")["a"].to_list()
    assert to == ["ann@x.org", "full@x.org", "gone@x.org", "plain@x.org"]
    suppressed = [("address", "gone@x.org", "hard_bounce"), ("address", "plain@x.org", "hard_bounce")]
    assert workspace.suppressed().rows() == suppressed
    assert mailed(workspace, START + 2 * HOUR, "gone", "plain", "full") == {"full": "failed"}
    passed = "SELECT _profile_id FROM journey_steps WHERE detail = 'suppressed' ORDER BY ALL"
    assert workspace.sql(passed)["_profile_id"].to_list() == ["gone", "plain"]


def test_a_full_mailbox_counts_once_a_day_over_restarts(workspace: Workspace, tmp_path: Path) -> None:
    days = [0, 0, 1, 2, 3]
    for place, day in enumerate(days):
        assert mailed(workspace, START + day * DAY + (place + 1) * HOUR, "full") == {"full": "failed"}
    assert workspace.suppressed().height == 0
    workspace.close()
    with parcours.open(tmp_path / "shop") as other:
        assert bounces_in(other._parts.log).dump()["count"].to_list() == [4]
        assert mailed(other, START + 5 * DAY, "full") == {"full": "failed"}
        assert other.suppressed().rows() == [("address", "full@x.org", "soft_bounces")]
        assert mailed(other, START + 6 * DAY, "full") == {}


def test_a_success_between_forgets_what_was(
    workspace: Workspace, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(4):
        mailed(workspace, START + day * DAY + HOUR, "full")
    assert bounces_in(workspace._parts.log).dump()["count"].to_list() == [4]
    monkeypatch.setattr(sink.mailbox, "_refuse", None)
    assert mailed(workspace, START + 5 * DAY, "full") == {"full": "sent"}
    assert bounces_in(workspace._parts.log).dump().height == 0


def test_who_complains_gets_nothing_more(workspace: Workspace) -> None:
    mailed(workspace, START + HOUR, "ann")
    key = workspace.sql("SELECT key FROM deliveries").item()
    workspace.signal(key, "complained")
    assert workspace.suppressed().rows() == [("address", "ann@x.org", "complaint")]
    assert mailed(workspace, START + 2 * HOUR, "ann") == {}
    workspace.unsuppress(["ann@x.org"])
    assert mailed(workspace, START + 3 * HOUR, "ann") == {"ann": "sent"}


def test_a_live_loop_suppresses_while_it_runs(workspace: Workspace, sink: SmtpSink) -> None:
    clock = parcours.VirtualClock(START + HOUR)
    ticks: list[int] = []

    def watch(ticked: object) -> None:
        ticks.append(1)
        if len(ticks) in (1, 6):
            visit(workspace, clock.now(), "gone")
        if len(ticks) < 6:
            workspace._parts.runner._courier.drain()  # type: ignore[union-attr]

    workspace.run(clock, ticks=9, watch=watch)
    assert workspace.suppressed()["value"].to_list() == ["gone@x.org"]
    assert workspace.sql("SELECT count(*) FROM deliveries").item() == 1
    assert workspace.sql("SELECT count(*) FROM journey_steps WHERE detail = 'suppressed'").item() == 1
